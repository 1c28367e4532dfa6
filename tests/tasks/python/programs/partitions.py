# call: partitions(5)
# call: count(7, 7)
def count(n, largest):
    if n == 0:
        return 1
    if n < 0 or largest == 0:
        return 0
    return count(n - largest, largest) + count(n, largest - 1)


def partitions(n, largest=None):
    if largest is None:
        largest = n
    if n == 0:
        return [[]]
    out = []
    for part in range(min(n, largest), 0, -1):
        for rest in partitions(n - part, part):
            out = out + [[part] + rest]
    return out
