# call: digit_sum(0)
# call: digit_sum(98765)
# call: digital_root(987654321)
# call: count(1000000)
def digit_sum(n):
    if n < 10:
        return n
    return n % 10 + digit_sum(n // 10)


def digital_root(n):
    while n > 9:
        n = digit_sum(n)
    return n


def count(n):
    digits = 1
    while n >= 10:
        n = n // 10
        digits += 1
    return digits
