# call: exist([["A", "B"], ["C", "D"]], "ABDC")
# call: exist([["A", "B"], ["C", "D"]], "AD")
def exist(board, word):
    def search(r, c, k):
        if k == len(word):
            return True
        if r < 0 or c < 0 or r >= len(board) or c >= len(board[0]) or board[r][c] != word[k]:
            return False
        keep = board[r][c]
        board[r][c] = "#"
        found = search(r + 1, c, k + 1) or search(r - 1, c, k + 1) or search(r, c + 1, k + 1) or search(r, c - 1, k + 1)
        board[r][c] = keep
        return found
    return any(search(r, c, 0) for r in range(len(board)) for c in range(len(board[0])))
