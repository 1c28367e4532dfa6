# call: multiply(13, 11)
def multiply(a, b):
    """Russian peasant."""
    result = 0
    while b:
        if b % 2:
            result += a
        a <<= 1
        b >>= 1
    return result
