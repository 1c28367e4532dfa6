def even(n):
    if n == 0:
        return True
    return odd(abs(n) - 1)


def odd(n):
    if n == 0:
        return False
    return even(abs(n) - 1)
