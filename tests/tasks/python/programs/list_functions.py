# call: product([1, 2, 3, 4])
# call: mean([1, 2, 3, 6])
# call: count_if([1, 5, 10], 4)
# call: group([1, 1, 2, 3, 3, 3])
# call: running([1, 2, 3])
# call: interleave([1, 2], [3, 4])
# call: remove_at([1, 2, 3], 1)
# call: power_set_size([1, 2, 3])
# call: sum([[1], [2, 3]], [])
def product(xs):
    result = 1
    for x in xs:
        result = result * x
    return result


def mean(xs):
    return sum(xs) // len(xs)


def count_if(xs, least):
    return sum(1 for x in xs if x >= least)


def group(xs):
    if not xs:
        return []
    n = 1
    while n < len(xs) and xs[n] == xs[0]:
        n += 1
    return [xs[:n]] + group(xs[n:])


def running(xs):
    out, total = [], 0
    for x in xs:
        total += x
        out += [total]
    return out


def interleave(a, b):
    if not a:
        return b
    return [a[0]] + interleave(b, a[1:])


def remove_at(xs, i):
    return xs[:i] + xs[i + 1:]


def power_set_size(xs):
    return 2 ** len(xs)
