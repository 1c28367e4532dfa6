# call:
def solve_maze(maze, x, y, path):
    if x < 0 or y < 0 or x >= len(maze) or y >= len(maze[0]) or maze[x][y] == 1:
        return False
    path.append((x, y))
    if x == len(maze) - 1 and y == len(maze[0]) - 1:
        return True
    maze[x][y] = 1
    if solve_maze(maze, x + 1, y, path) or solve_maze(maze, x, y + 1, path):
        return True
    path.pop()
    return False
path = []
print(solve_maze([[0, 1], [0, 0]], 0, 0, path))
print(path)
