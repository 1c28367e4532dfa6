# call: triangle(4)
def triangle(n):
    if n == 0:
        return
    triangle(n - 1)
    print(" ".join(["*"] * n))
