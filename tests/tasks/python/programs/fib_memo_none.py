# call: fib(25)
def fib(n, cache=None):
    if cache is None:
        cache = {}
    if n in cache:
        return cache[n]
    if n < 2:
        result = n
    else:
        result = fib(n - 1, cache) + fib(n - 2, cache)
    cache[n] = result
    return result
