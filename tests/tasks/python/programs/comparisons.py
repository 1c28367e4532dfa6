# call: between(1, 5, 10)
# call: between(1, 15, 10)
# call: order([1, 2], [1, 3])
# call: order("apple", "banana")
# call: increasing([1, 2, 3])
# call: increasing([1, 3, 2])
# call: clamp(50, 0, 9)
# call: sign(-4)
# call: middle(3, 1, 2)
def between(a, b, c):
    return a <= b <= c


def order(a, b):
    return [a < b, a > b, a <= b, a >= b, a == b, a != b]


def increasing(xs):
    return len(xs) < 2 or xs[0] < xs[1] and increasing(xs[1:])


def clamp(x, low, high):
    return max(low, min(x, high))


def sign(n):
    return 1 if n > 0 else -1 if n < 0 else 0


def middle(a, b, c):
    return a + b + c - max(a, b, c) - min(a, b, c)
