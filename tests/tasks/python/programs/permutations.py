# call: permutations([1, 2, 3])
# call: permutations([])
# call: count([1, 2, 3, 4])
def permutations(xs):
    if not xs:
        return [[]]
    out = []
    for i in range(len(xs)):
        rest = xs[:i] + xs[i + 1:]
        for p in permutations(rest):
            out = out + [[xs[i]] + p]
    return out


def count(xs):
    return len(permutations(xs))
