# call: row(0)
# call: row(6)
def row(n):
    """The n-th row of Pascal's triangle."""
    if n == 0:
        return [1]
    last = row(n - 1)
    return [1] + [last[i] + last[i + 1] for i in range(len(last) - 1)] + [1]
