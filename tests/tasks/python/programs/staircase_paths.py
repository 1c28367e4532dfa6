# call: ways(4)
def ways(n):
    if n == 0:
        return [[]]
    found = []
    for step in (1, 2):
        if step <= n:
            found.extend([step] + w for w in ways(n - step))
    return found
