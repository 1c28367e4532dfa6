def gcd(a, b):
    """The greatest common divisor."""
    if b == 0:
        return abs(a)
    return gcd(b, a % b)
