# call: hanoi_moves(4)
# call: hanoi_moves(0)
def hanoi_moves(n):
    moves = 0
    def move(k):
        nonlocal moves
        if k == 0:
            return
        move(k - 1)
        moves += 1
        move(k - 1)
    move(n)
    return moves
