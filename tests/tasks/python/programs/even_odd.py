# call: is_even(10)
# call: is_odd(7)
# call: [is_even(n) for n in range(4)]
def is_even(n):
    if n == 0:
        return True
    return is_odd(n - 1)


def is_odd(n):
    if n == 0:
        return False
    return is_even(n - 1)
