# call: longest([1, [2, None, [3, None, None]], [4, None, None]])
def longest(t):
    best = []
    def walk(node, path):
        nonlocal best
        if node is None:
            return
        path = path + [node[0]]
        if len(path) > len(best):
            best = path
        walk(node[1], path)
        walk(node[2], path)
    walk(t, [])
    return best
