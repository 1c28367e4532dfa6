# call: fact(6)
# call: g(4)
# call: h(0)
# call: h(5)
def fact(n): return 1 if n < 2 else n * fact(n - 1)
def g(n): m = n + 1; return m * fact(n)
def h(n): print(n); n = n + 1; return n
