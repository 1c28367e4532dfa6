# call: paths([[0, 0, 0], [0, 1, 0], [0, 0, 0]])
def paths(grid, r=0, c=0):
    if r >= len(grid) or c >= len(grid[0]) or grid[r][c] == 1:
        return 0
    if (r, c) == (len(grid) - 1, len(grid[0]) - 1):
        return 1
    return paths(grid, r + 1, c) + paths(grid, r, c + 1)
