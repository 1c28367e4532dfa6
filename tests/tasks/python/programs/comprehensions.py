# call: squares(5)
# call: pairs([1, 2], ["a", "b"])
# call: triples(13)
# call: nested(3)
# call: positive([[1, -2], [-3, 4]])
# call: scaled([1, 2, 3], 10)
# call: any_all([1, 2, 3])
# call: any_all([])
# call: stops([1, 0, 2])
# call: largest([3, 9, 2])
def squares(n):
    return [i * i for i in range(n)]


def pairs(xs, ys):
    return [[x, y] for x in xs for y in ys]


def triples(n):
    return [[a, b, c] for a in range(1, n + 1) for b in range(a, n + 1) for c in range(b, n + 1) if a * a + b * b == c * c]


def nested(n):
    return [[i * j for j in range(i)] for i in range(n)]


def positive(xss):
    return [[x for x in xs if x > 0] for xs in xss]


def scaled(xs, k):
    x = k
    return [x * k + len([k for k in xs if k > x]) for x in xs] + [x, k]


def any_all(xs):
    return [any(x > 2 for x in xs), all(x > 2 for x in xs), any([x < 2 for x in xs]), all([x for x in xs])]


def stops(xs):
    return [any(10 // x > 5 for x in xs), all(10 // x > 50 for x in xs)]


def largest(xs):
    return max(x * x for x in xs) + min([x for x in xs]) + max(1, 2, 3, len(xs))
