# call:
def nqueens(n):
    cols, d1, d2 = [0] * n, [0] * (2 * n), [0] * (2 * n)
    def place(r):
        if r == n:
            return 1
        count = 0
        for c in range(n):
            if not cols[c] and not d1[r + c] and not d2[r - c + n]:
                cols[c] = d1[r + c] = d2[r - c + n] = 1
                count += place(r + 1)
                cols[c] = d1[r + c] = d2[r - c + n] = 0
        return count
    return place(0)
print(nqueens(4))
