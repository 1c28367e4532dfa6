# call: gcd(12, 18)
# call: gcd(0, 5)
# call: gcd(1071, 462)
# call: gcd(-12, 18)
def gcd(a, b):
    if b == 0:
        return a
    return gcd(b, a % b)
