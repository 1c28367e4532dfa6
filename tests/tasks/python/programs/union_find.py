# call:
def find(parent, x):
    if parent[x] != x:
        parent[x] = find(parent, parent[x])
    return parent[x]
def union(parent, a, b):
    ra, rb = find(parent, a), find(parent, b)
    if ra == rb:
        return False
    parent[ra] = rb
    return True
parent = list(range(6))
print([union(parent, a, b) for a, b in [(0, 1), (2, 3), (1, 3), (0, 2), (4, 5)]], parent)
