# call: egcd(240, 46)
# call: inverse(3, 11)
# call: inverse(2, 4)
def egcd(a, b):
    if b == 0:
        return [a, 1, 0]
    g, x, y = egcd(b, a % b)
    return [g, y, x - a // b * y]


def inverse(a, m):
    g, x, _ = egcd(a, m)
    if g != 1:
        return None
    return x % m
