# call: mc91(99)
# call: mc91(150)
def mc91(n): return n - 10 if n > 100 else mc91(mc91(n + 11))
