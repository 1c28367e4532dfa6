# call: indexed(["a", "b"])
# call: dot([1, 2, 3], [4, 5, 6])
# call: zipped([1, 2, 3], "ab")
# call: pairs([[1, 2], [3, 4]])
# call: where(3, [1, 3, 5])
# call: pairs([[1, 2, 3]])
def indexed(xs):
    return [[i, x] for i, x in enumerate(xs)]


def dot(a, b):
    total = 0
    for x, y in zip(a, b):
        total += x * y
    return total


def zipped(a, b):
    return [[x, y] for x, y in zip(a, b)]


def pairs(rows):
    out = []
    for a, b in rows:
        out += [a * b]
    return out


def where(x, xs):
    for i, y in enumerate(xs):
        if x == y:
            return i
    return None
