def power(b, n, c=1):
    """c * b ** n"""
    if n < 0:
        raise ValueError("n is below 0")
    return c * power_of(b, n)


def power_of(b, n):
    if n == 0:
        return 1
    half = power_of(b, n // 2)
    return half * half * b if n % 2 == 1 else half * half
