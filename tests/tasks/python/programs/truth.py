# call: [truth(x) for x in [0, 1, -1, "", "a", [], [0], None, True, False]]
# call: select(3)
# call: select([])
# call: tests(1, 2)
# call: tests("", [])
def truth(x):
    if x:
        return "yes"
    return "no"


def select(x):
    return x and "full" or "empty"


def tests(a, b):
    if a and b:
        return 1
    if a or b:
        return 2
    if not a and not b:
        return 3
    return 4
