# call: power(2, 10)
# call: power(3, 0)
# call: power(-2, 5)
def power(base, exponent):
    if exponent == 0:
        return 1
    half = power(base, exponent // 2)
    if exponent % 2 == 0:
        return half * half
    return half * half * base
