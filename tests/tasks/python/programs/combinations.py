# call: combinations([1, 2, 3, 4], 2)
def combinations(xs, k):
    if k == 0:
        return [[]]
    if len(xs) < k:
        return []
    head, *tail = xs
    return [[head] + c for c in combinations(tail, k - 1)] + combinations(tail, k)
