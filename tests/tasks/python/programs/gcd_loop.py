# call: gcd(1071, 462)
# call: lcm(4, 6)
# call: lcm(0, 0)
def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def lcm(a, b):
    return a * b // gcd(a, b)
