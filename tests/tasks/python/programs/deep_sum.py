# call: deep_sum([1, [2, [3]], [[4]], 5])
# call: depth([1, [2, [3]]])
def deep_sum(xs):
    total = 0
    for x in xs:
        if isinstance(x, list):
            total += deep_sum(x)
        else:
            total += x
    return total


def depth(x):
    if not isinstance(x, list):
        return 0
    return 1 + max([depth(y) for y in x] + [0])
