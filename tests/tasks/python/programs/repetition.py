# call: zeros(3)
# call: board(2)
# call: line(0)
# call: [0] * -1
# call: 3 * "ab"
def zeros(n):
    return [0] * n


def board(n):
    row = ["."] * n
    return [row] * n


def line(n):
    return "-" * n + "+"
