# call: factorial(5)
def factorial(n):
    def go(n, acc):
        if n == 0:
            return acc
        return go(n - 1, acc * n)
    return go(n, 1)
