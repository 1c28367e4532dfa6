# A tree is [] or [value, left, right].


def preorder(tree):
    if not tree:
        return []
    return [tree[0]] + preorder(tree[1]) + preorder(tree[2])


def inorder(tree):
    if not tree:
        return []
    return inorder(tree[1]) + [tree[0]] + inorder(tree[2])


def postorder(tree):
    if not tree:
        return []
    return postorder(tree[1]) + postorder(tree[2]) + [tree[0]]


def levels(tree):
    """The values, level by level."""
    return row_by_row([tree])


def row_by_row(trees):
    if not trees:
        return []
    return [tree[0] for tree in trees if tree] + row_by_row(below(trees))


def below(trees):
    """The children of trees that have any, from left to right."""
    if not trees:
        return []
    if not trees[0]:
        return below(trees[1:])
    return trees[0][1:] + below(trees[1:])


def height(tree):
    if not tree:
        return 0
    return 1 + max(height(tree[1]), height(tree[2]))


def total(tree):
    if not tree:
        return 0
    return tree[0] + total(tree[1]) + total(tree[2])
