def mccarthy(n):
    """McCarthy's function of 91."""
    if n > 100:
        return n - 10
    return mccarthy(mccarthy(n + 11))
