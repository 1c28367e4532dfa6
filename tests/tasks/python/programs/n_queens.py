# call: queens(4)
# call: queens(5)
# call: first(6)
def safe(column, placed):
    for i in range(len(placed)):
        distance = len(placed) - i
        if placed[i] == column or abs(placed[i] - column) == distance:
            return False
    return True


def place(n, placed):
    if len(placed) == n:
        return 1
    return sum(place(n, placed + [column]) for column in range(n) if safe(column, placed))


def queens(n):
    return place(n, [])


def solve(n, placed):
    if len(placed) == n:
        return placed
    for column in range(n):
        if safe(column, placed):
            found = solve(n, placed + [column])
            if found:
                return found
    return []


def first(n):
    return solve(n, [])
