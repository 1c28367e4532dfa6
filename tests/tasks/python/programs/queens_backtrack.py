# call: solve(4)
# call: solve(3)
def solve(n):
    board = []
    out = []
    def safe(row, col):
        for r in range(row):
            if board[r] == col or abs(board[r] - col) == row - r:
                return False
        return True
    def place(row):
        if row == n:
            out.append(list(board))
            return
        for col in range(n):
            if safe(row, col):
                board.append(col)
                place(row + 1)
                board.pop()
    place(0)
    return out
