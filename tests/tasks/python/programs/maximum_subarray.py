# call: best([-2, 1, -3, 4, -1, 2, 1, -5, 4])
# call: rising([3, 1, 2, 5, 4])
def best(xs):
    most = current = xs[0]
    for x in xs[1:]:
        current = max(x, current + x)
        most = max(most, current)
    return most


def rising(xs, floor=None):
    if not xs:
        return 0
    without = rising(xs[1:], floor)
    if floor is None or xs[0] > floor:
        return max(without, 1 + rising(xs[1:], xs[0]))
    return without
