# call: fib(20)
# call: fib(20, 2, 1)
# call: fib(20, b=3)
# call: fib(b=2, n=6, a=5)
def fib(n, a=0, b=1):
    if n == 0:
        return a
    return fib(n - 1, b, a + b)
