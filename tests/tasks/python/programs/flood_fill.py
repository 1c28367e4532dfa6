# call:
def fill(image, r, c, new):
    old = image[r][c]
    if old == new:
        return image
    def go(i, j):
        if 0 <= i < len(image) and 0 <= j < len(image[0]) and image[i][j] == old:
            image[i][j] = new
            for di, dj in [(1, 0), (-1, 0), (0, 1), (0, -1)]:
                go(i + di, j + dj)
    go(r, c)
    return image
print(fill([[1, 1, 0], [1, 0, 1]], 0, 0, 2))
