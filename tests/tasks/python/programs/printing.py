# call: show()
# call: spell(3)
# call: value_of_print()
# call: many(1, 2)
def show():
    print()
    print("a", 1, None, True, [1, "b", [None]])
    print("it's")
    print(["it's"])
    print(-5, "", "x")


def spell(n):
    if n == 0:
        print("end")
        return
    print(n, end_of(n))
    spell(n - 1)


def end_of(n):
    print("in", n)
    return "!" * n


def value_of_print():
    x = print("hello")
    y = print("again") or 5
    return [x, y]


def many(a, b):
    print(a + 1, b + 1, a * b, a - b, a // b, a % b, -a, [a])
    return a
