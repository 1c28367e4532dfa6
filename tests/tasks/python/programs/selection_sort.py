# call: selection_sort([4, 2, 5, 1, 2])
def remove(x, xs):
    if xs[0] == x:
        return xs[1:]
    return [xs[0]] + remove(x, xs[1:])


def selection_sort(xs):
    if not xs:
        return []
    least = min(xs)
    return [least] + selection_sort(remove(least, xs))
