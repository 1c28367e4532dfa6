# call: cf(415, 93)
# call: from_cf([4, 2, 6, 7])
def cf(a, b):
    if b == 0:
        return []
    q, r = divmod(a, b)
    return [q] + cf(b, r)


def from_cf(terms):
    if len(terms) == 1:
        return terms[0], 1
    num, den = from_cf(terms[1:])
    return terms[0] * num + den, num
