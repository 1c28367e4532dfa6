# call:
def hasCycle(graph):
    state = [0] * len(graph)
    def dfs(v):
        if state[v] == 1:
            return True
        if state[v] == 2:
            return False
        state[v] = 1
        for w in graph[v]:
            if dfs(w):
                return True
        state[v] = 2
        return False
    return any(dfs(v) for v in range(len(graph)))
print(hasCycle([[1], [2], [0]]), hasCycle([[1], [2], []]))
