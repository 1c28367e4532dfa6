# call: maybe(True)
# call: maybe(False)
# call: last([1, 2])
# call: last([])
# call: later(0)
# call: later(2)
# call: unknown(1)
# call: missing(1)
# call: both(1)
# call: both(0)
# call: loop(3)
def maybe(flag):
    if flag:
        x = 1
    return x


def last(xs):
    for x in xs:
        found = x * 2
    return found


def later(n):
    while n > 0:
        y = n
        n -= 1
    print("done")
    return y + 1


def unknown(n):
    return n + nothing


def missing(n):
    return no_function(print("not evaluated"))


def both(n):
    if n:
        a = 1
    else:
        b = 2
    if n:
        return a
    print("b", b)
    return a


def loop(n):
    for i in range(n):
        if i == 1:
            seen = i
        if i > 1:
            print(seen)
    return seen
