# call: depth([1, [2, None, None], [3, [4, None, None], None]])
# call: total([1, [2, None, None], [3, [4, None, None], None]])
# call: inorder([2, [1, None, None], [3, None, None]])
# call: mirror([2, [1, None, None], [3, None, None]])
# call: depth(None)
# call: depth(5)
def depth(tree):
    if tree is None:
        return 0
    value, left, right = tree
    return 1 + max(depth(left), depth(right))


def total(tree):
    return 0 if tree is None else tree[0] + total(tree[1]) + total(tree[2])


def inorder(tree):
    if not tree:
        return []
    return inorder(tree[1]) + [tree[0]] + inorder(tree[2])


def mirror(tree):
    if tree is None:
        return None
    return [tree[0], mirror(tree[2]), mirror(tree[1])]
