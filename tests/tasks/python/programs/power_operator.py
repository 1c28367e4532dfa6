# call: powers(2, 10)
# call: powers(-3, 3)
# call: powers(0, 0)
# call: 2 ** -1
# call: 0 ** -1
# call: pow(7, 128, 13)
# call: pow(7, 3, 0)
# call: -2 ** 2
# call: 2 ** 3 ** 2
# call: square(7) + cube(True)
def powers(b, n):
    return [b ** n, b ** 2, (b + 1) ** 3]


def square(n):
    return n ** 2


def cube(n):
    return n ** 3
