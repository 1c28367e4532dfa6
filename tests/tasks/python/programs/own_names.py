# call: sum([1, 2, 3])
# call: max(3, 7)
# call: len([1, 2])
# call: print_all([1, 2])
# call: abs(-2)
def sum(xs):
    if not xs:
        return 0
    return xs[0] + sum(xs[1:])


def max(a, b):
    if a > b:
        return a
    return b


def len(xs):
    return 0 if xs == [] else 1 + len(xs[1:])


def abs(x):
    return x if x >= 0 else -x


def print_all(list):
    for int in list:
        print(int)
    return v0(list)


def v0(v1):
    v2 = v1
    return v2
