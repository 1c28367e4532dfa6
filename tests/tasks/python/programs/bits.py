# call: popcount(255)
# call: bits(10)
def popcount(n):
    return 0 if n == 0 else (n & 1) + popcount(n >> 1)


def bits(n):
    return bin(n)[2:]
