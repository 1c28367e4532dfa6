# call: [True + True, True * 3, -True, True == 1, True < 2]
# call: same(1, True)
# call: bool([]) or bool("x")
# call: implies(True, False)
# call: xor(True, False)
# call: sum([True, False, True])
def same(a, b):
    return a == b


def implies(a, b):
    return not a or b


def xor(a, b):
    return a != b
