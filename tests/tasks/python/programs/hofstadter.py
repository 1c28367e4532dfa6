# call: [q(n) for n in range(1, 12)]
# call: [female(5), male(6)]
# call: g(10)
def q(n):
    if n <= 2:
        return 1
    return q(n - q(n - 1)) + q(n - q(n - 2))


def female(n):
    return 1 if n == 0 else n - male(female(n - 1))


def male(n):
    return 0 if n == 0 else n - female(male(n - 1))


def g(n):
    return 0 if n == 0 else n - g(g(n - 1))
