# call: table(3)
def table(n):
    for i in range(1, n + 1):
        print(f"{i} x {n} = {i * n}")
