# call: minmax([3, 1, 4, 1, 5])
def minmax(xs):
    """Return (smallest, largest)."""
    if len(xs) == 1:
        return (xs[0], xs[0])
    lo, hi = minmax(xs[1:])
    return (min(lo, xs[0]), max(hi, xs[0]))
