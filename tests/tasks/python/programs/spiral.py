# call: spiral([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
def rotate(m):
    return [[row[c] for row in m] for c in range(len(m[0]) - 1, -1, -1)]


def spiral(m):
    if not m:
        return []
    if len(m) == 1:
        return m[0]
    return m[0] + spiral(rotate(m[1:]))
