# call: table(3)
# call: triangle(4)
# call: transpose([[1, 2, 3], [4, 5, 6]])
# call: multiply([[1, 2], [3, 4]], [[5, 6], [7, 8]])
def table(n):
    rows = []
    for i in range(1, n + 1):
        row = []
        for j in range(1, n + 1):
            row = row + [i * j]
        rows = rows + [row]
    return rows


def triangle(n):
    for i in range(n):
        print("*" * (i + 1))


def transpose(m):
    return [[row[i] for row in m] for i in range(len(m[0]))]


def multiply(a, b):
    return [[sum(a[i][k] * b[k][j] for k in range(len(b))) for j in range(len(b[0]))] for i in range(len(a))]
