# call: is_sorted([1, 2, 2, 3])
# call: any_negative([1, -2])
def is_sorted(xs):
    return all(xs[i] <= xs[i + 1] for i in range(len(xs) - 1))


def any_negative(xs):
    return any(map(lambda x: x < 0, xs))
