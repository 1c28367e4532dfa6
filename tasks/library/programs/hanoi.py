def hanoi(n, a="a", b="b", c="c"):
    """The moves that bring n discs from a to c."""
    if n == 0:
        return []
    return hanoi(n - 1, a, c, b) + [a + c] + hanoi(n - 1, b, a, c)
