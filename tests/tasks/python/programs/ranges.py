# call: list(range(5))
# call: list(range(2, 11, 3))
# call: list(range(5, 0, -2))
# call: counted(10, 0, -3)
# call: counted(0, 10, 4)
# call: counted(0, 10, 0)
# call: after(3)
# call: after(0)
# call: back(4)
def counted(a, b, step):
    out = []
    for i in range(a, b, step):
        out += [i]
    return out


def after(n):
    for i in range(n):
        pass
    return i


def back(n):
    out = []
    for i in reversed(range(n)):
        out += [i]
    for i in reversed(range(2, n)):
        out += [i * 10]
    return out
