# call: fib(0)
# call: fib(30)
# call: [fib(i) for i in range(10)]
def fib(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a
