# call: paths([1, [2, [], []], [3, [4, [], []], []]])
def paths(tree):
    if not tree:
        return []
    root, left, right = tree
    if not left and not right:
        return [[root]]
    return [[root] + p for p in paths(left) + paths(right)]
