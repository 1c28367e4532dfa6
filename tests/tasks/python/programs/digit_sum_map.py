# call: digit_sum(98765)
# call: digital_root(987654321)
def digit_sum(n):
    return sum(map(int, str(n)))


def digital_root(n):
    return n if n < 10 else digital_root(digit_sum(n))
