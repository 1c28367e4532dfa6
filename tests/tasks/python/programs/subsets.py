# call: subsets([1, 2, 3])
# call: subsets_of(["a", "b"])
def subsets(xs):
    if not xs:
        return [[]]
    rest = subsets(xs[1:])
    return rest + [[xs[0]] + s for s in rest]


def subsets_of(xs):
    out = [[]]
    for x in xs:
        out += [s + [x] for s in out]
    return out
