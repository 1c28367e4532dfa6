# call: reverse([1, 2, 3])
# call: reverse("héllo")
# call: reverse([])
# call: twice([1, [2, 3]])
def reverse(xs):
    if not xs:
        return xs
    return reverse(xs[1:]) + xs[:1]


def twice(xs):
    return reverse(xs) + list(reversed(xs)) + xs[::-1]
