# call: hanoi(3, "a", "b", "c")
# call: hanoi(0, "a", "b", "c")
# call: moves(8)
def hanoi(n, source, spare, target):
    if n == 0:
        return 0
    count = hanoi(n - 1, source, target, spare)
    print("move", n, source, "to", target)
    return count + 1 + hanoi(n - 1, spare, source, target)


def moves(n):
    if n == 0:
        return 0
    return 2 * moves(n - 1) + 1
