# call: insertion_sort([4, 2, 5, 1])
# call: insertion_sort([])
def insert(x, xs):
    for i in range(len(xs)):
        if x <= xs[i]:
            return xs[:i] + [x] + xs[i:]
    return xs + [x]


def insertion_sort(xs):
    out = []
    for x in xs:
        out = insert(x, out)
    return out
