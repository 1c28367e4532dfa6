# call: additive_persistence(199)
def additive_persistence(n):
    steps = 0
    while n >= 10:
        n, steps = sum(int(c) for c in str(n)), steps + 1
    return steps
