# call: paths(3, 3)
# call: walk([[0, 0, 0], [1, 1, 0], [0, 0, 0]], 0, 0)
# call: flood([[1, 1, 0], [0, 1, 0], [1, 0, 1]])
def paths(rows, columns):
    if rows == 1 or columns == 1:
        return 1
    return paths(rows - 1, columns) + paths(rows, columns - 1)


def walk(grid, r, c):
    """Ways from here to the corner, right and down, around ones."""
    if r >= len(grid) or c >= len(grid[0]) or grid[r][c] == 1:
        return 0
    if r == len(grid) - 1 and c == len(grid[0]) - 1:
        return 1
    return walk(grid, r + 1, c) + walk(grid, r, c + 1)


def reach(grid, r, c, seen):
    if r < 0 or c < 0 or r >= len(grid) or c >= len(grid[r]) or not grid[r][c] or [r, c] in seen:
        return seen
    seen = seen + [[r, c]]
    for step in [[0, 1], [1, 0], [0, -1], [-1, 0]]:
        seen = reach(grid, r + step[0], c + step[1], seen)
    return seen


def flood(grid):
    islands = 0
    seen = []
    for r in range(len(grid)):
        for c in range(len(grid[0])):
            if grid[r][c] and [r, c] not in seen:
                islands += 1
                seen = reach(grid, r, c, seen)
    return islands
