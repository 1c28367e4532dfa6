# call:
def visit(n, seen=None):
    if seen is None:
        seen = []
    seen.append(n)
    if n > 0:
        visit(n - 1, seen)
    return seen
print(visit(3))
