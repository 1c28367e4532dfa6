# call: inorder(build([5, 2, 8, 1, 9]))
# call: has(build([5, 2, 8]), 8)
# call: has(build([5, 2, 8]), 7)
def insert(tree, x):
    if tree == []:
        return [x, [], []]
    value, left, right = tree
    if x < value:
        return [value, insert(left, x), right]
    return [value, left, insert(right, x)]


def build(xs):
    tree = []
    for x in xs:
        tree = insert(tree, x)
    return tree


def inorder(tree):
    return inorder(tree[1]) + [tree[0]] + inorder(tree[2]) if tree else []


def has(tree, x):
    while tree:
        if tree[0] == x:
            return True
        tree = tree[1] if x < tree[0] else tree[2]
    return False
