# call:
def toposort(graph):
    seen = [False] * len(graph)
    order = []
    def visit(v):
        if seen[v]:
            return
        seen[v] = True
        for w in graph[v]:
            visit(w)
        order.append(v)
    for v in range(len(graph)):
        visit(v)
    return order[::-1]
print(toposort([[1, 2], [3], [3], []]))
