# call: collatz(1)
# call: collatz(27)
# call: path(6)
def collatz(n):
    steps = 0
    while n != 1:
        if n % 2 == 0:
            n //= 2
        else:
            n = 3 * n + 1
        steps += 1
    return steps


def path(n):
    if n == 1:
        return [1]
    return [n] + path(n // 2 if n % 2 == 0 else 3 * n + 1)
