# call:
def hanoi(n, a, b, c):
    if n == 0:
        return
    hanoi(n - 1, a, c, b)
    c.append(a.pop())
    hanoi(n - 1, b, a, c)
A, B, C = [3, 2, 1], [], []
hanoi(3, A, B, C)
print(A, B, C)
