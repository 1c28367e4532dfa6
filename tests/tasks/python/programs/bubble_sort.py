# call: bubble_sort([4, 2, 5, 1])
# call: bubble_sort([1])
def bubble(xs):
    """One pass: the largest item goes to the end."""
    out = []
    for i in range(len(xs)):
        if out and out[-1] > xs[i]:
            out = out[:-1] + [xs[i], out[-1]]
        else:
            out = out + [xs[i]]
    return out


def bubble_sort(xs):
    for _ in xs:
        xs = bubble(xs)
    return xs
