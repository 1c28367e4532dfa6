# call: matrix_fib(10)
def mat_mul(a, b):
    return ((a[0][0] * b[0][0] + a[0][1] * b[1][0], a[0][0] * b[0][1] + a[0][1] * b[1][1]),
            (a[1][0] * b[0][0] + a[1][1] * b[1][0], a[1][0] * b[0][1] + a[1][1] * b[1][1]))


def mat_pow(m, n):
    if n == 1:
        return m
    half = mat_pow(m, n // 2)
    square = mat_mul(half, half)
    return mat_mul(square, m) if n % 2 else square


def matrix_fib(n):
    return mat_pow(((1, 1), (1, 0)), n)[0][1]
