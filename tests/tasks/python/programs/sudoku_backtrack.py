# call:
def ok(b, r, c, v):
    for i in range(4):
        if b[r][i] == v or b[i][c] == v:
            return False
    br, bc = r // 2 * 2, c // 2 * 2
    for i in range(2):
        for j in range(2):
            if b[br + i][bc + j] == v:
                return False
    return True
def solve(b):
    for r in range(4):
        for c in range(4):
            if b[r][c] == 0:
                for v in range(1, 5):
                    if ok(b, r, c, v):
                        b[r][c] = v
                        if solve(b):
                            return True
                        b[r][c] = 0
                return False
    return True
g = [[1, 0, 3, 4], [3, 4, 1, 2], [2, 1, 4, 3], [4, 0, 2, 1]]
print(solve(g), g)
