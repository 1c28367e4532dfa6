# call:
def maxDepthSum(tree):
    total = 0
    deepest = -1
    def go(node, depth):
        nonlocal total, deepest
        if node is None:
            return
        val, left, right = node
        if depth > deepest:
            deepest = depth
            total = val
        elif depth == deepest:
            total += val
        go(left, depth + 1)
        go(right, depth + 1)
    go(tree, 0)
    return total
print(maxDepthSum((1, (2, None, None), (3, None, None))))
