# call: every([0, 1, 2, 3, 4, 5])
# call: every("abcdef")
# call: part([0, 1, 2, 3, 4], 1, 3)
# call: part([0, 1, 2, 3, 4], -3, -1)
# call: part([0, 1, 2, 3, 4], -9, 9)
# call: part([0, 1, 2, 3, 4], 3, 1)
# call: ends([1, 2, 3], -2)
# call: ends([1, 2, 3], 1)
# call: ends("abc", 7)
# call: ends(5, 1)
# call: rotate([1, 2, 3, 4], 1)
# call: chunks([1, 2, 3, 4, 5], 2)
def every(xs):
    return [xs[::2], xs[1::2], xs[::-1], xs[::-2], xs[:], xs[1:4], xs[:-1], xs[-2:], xs[1:-1], xs[3:2], xs[::3], xs[1:5:2]]


def part(xs, a, b):
    return xs[a:b]


def ends(xs, n):
    return [xs[:n], xs[n:]]


def rotate(xs, k):
    return xs[k:] + xs[:k]


def chunks(xs, size):
    return [xs[i:i + size] for i in range(0, len(xs), size)]
