# call: count_islands(["110", "010", "001"])
def sink(grid, r, c):
    if not (0 <= r < len(grid)) or not (0 <= c < len(grid[0])) or grid[r][c] != "1":
        return grid
    grid = grid[:r] + [grid[r][:c] + "0" + grid[r][c + 1:]] + grid[r + 1:]
    for dr, dc in [(1, 0), (-1, 0), (0, 1), (0, -1)]:
        grid = sink(grid, r + dr, c + dc)
    return grid


def count_islands(grid):
    count = 0
    for r in range(len(grid)):
        for c in range(len(grid[0])):
            if grid[r][c] == "1":
                count += 1
                grid = sink(grid, r, c)
    return count
