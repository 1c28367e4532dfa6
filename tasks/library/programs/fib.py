from functools import cache


@cache
def fib(n, a=0, b=1):
    """The term with index n of the sequence that starts with a, b."""
    if n < 0:
        raise ValueError("n is below 0")
    if n == 0:
        return a
    if n == 1:
        return b
    return fib(n - 1, a, b) + fib(n - 2, a, b)
