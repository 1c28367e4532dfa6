# call: queens(4)
# call: count_queens(5)
def safe(row, col, placed):
    for r, c in enumerate(placed):
        if c == col or abs(c - col) == abs(r - row):
            return False
    return True


def place(n, row, placed):
    if row == n:
        return [placed]
    solutions = []
    for col in range(n):
        if safe(row, col, placed):
            solutions += place(n, row + 1, placed + [col])
    return solutions


def queens(n):
    return place(n, 0, [])


def count_queens(n):
    return len(queens(n))
