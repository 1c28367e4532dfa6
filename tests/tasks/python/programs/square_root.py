# call: isqrt(0)
# call: isqrt(99)
# call: newton(10 ** 20)
def isqrt(n):
    low, high = 0, n + 1
    while high - low > 1:
        middle = (low + high) // 2
        if middle * middle <= n:
            low = middle
        else:
            high = middle
    return low


def newton(n):
    x = n
    while x * x > n:
        x = (x + n // x) // 2
    return x
