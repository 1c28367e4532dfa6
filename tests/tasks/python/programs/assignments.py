# call: swap(1, 2)
# call: rotate3(1, 2, 3)
# call: chained(5)
# call: nested([1, [2, 3]])
# call: augmented(17)
# call: quotient(17, 5)
# call: quotient(-17, 5)
# call: quotient(1, 0)
# call: swap_items(1)
def swap(a, b):
    a, b = b, a
    return [a, b]


def rotate3(a, b, c):
    (a, b), c = [b, c], a
    return [a, b, c]


def chained(n):
    a = b = n + 1
    b += 1
    return [a, b]


def nested(xs):
    a, [b, c] = xs
    return a + b + c


def augmented(n):
    n += 3
    n -= 1
    n *= 2
    n //= 3
    n **= 2
    n %= 100
    return n


def quotient(a, b):
    q, r = divmod(a, b)
    return [q, r]


def swap_items(n):
    x: int = n
    y: list[int]
    y = [x, x + 1]
    x, y = y
    return [x, y]
