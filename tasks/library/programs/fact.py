def fact(n, c=1):
    """c * n!"""
    if n < 0:
        raise ValueError("n is below 0")
    if n == 0:
        return c
    return n * fact(n - 1, c)
