# call: total(((None, 1, None), 2, (None, 3, None)))
# call: height(((None, 1, None), 2, None))
# call: mirror(((None, 1, None), 2, (None, 3, None)))
def total(tree):
    if tree is None:
        return 0
    left, value, right = tree
    return total(left) + value + total(right)


def height(tree):
    if tree is None:
        return 0
    return 1 + max(height(tree[0]), height(tree[2]))


def mirror(tree):
    if tree is None:
        return None
    left, value, right = tree
    return (mirror(right), value, mirror(left))
