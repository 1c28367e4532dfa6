# call: divide(1, 0)
# call: modulo(1, 0)
# call: item([1, 2], 2)
# call: item([1, 2], -3)
# call: item("abc", -1)
# call: item(5, 0)
# call: first([])
# call: add(1, "a")
# call: add([1], (2))
# call: add([1], [2])
# call: call_wrong(1)
# call: compare(1, "a")
# call: compare(None, 1)
# call: negative("a")
# call: loop_over(5)
# call: loop_over(0)
# call: loop_over(None)
# call: unpack([1, 2, 3])
# call: unpack("xy")
# call: unpack(7)
# call: biggest([])
# call: number("12")
# call: number("-7")
# call: number("x")
# call: number(True)
# call: number([])
# call: check(-1)
# call: check(1)
# call: asserted(0)
# call: asserted(1)
# call: length(5)
def divide(a, b):
    return a // b


def modulo(a, b):
    return a % b


def item(xs, i):
    return xs[i]


def first(xs):
    return xs[0]


def add(a, b):
    return a + b


def two(a, b):
    return a


def call_wrong(n):
    print("before")
    return two(n, n, print("evaluated"))


def compare(a, b):
    return a < b


def negative(n):
    return -n


def loop_over(xs):
    count = 0
    for x in xs:
        count += 1
    return count


def unpack(xs):
    a, b = xs
    return [b, a]


def biggest(xs):
    return max(xs)


def number(x):
    return int(x)


def check(n):
    if n < 0:
        raise ValueError("n must not be negative")
    return n


def asserted(n):
    assert n > 0, "n must be positive"
    return n


def length(x):
    return len(x)
