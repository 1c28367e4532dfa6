# call: partitions(5)
def partitions(n, largest=None):
    if largest is None:
        largest = n
    if n == 0:
        return [[]]
    out = []
    for first in range(min(n, largest), 0, -1):
        for rest in partitions(n - first, first):
            out.append([first] + rest)
    return out
