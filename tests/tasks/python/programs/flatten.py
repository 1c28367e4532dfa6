# call: flatten([[1, 2], [], [3]])
# call: flatten_all([0, [[1, []], [2, [[3, []]]]]])
def flatten(xss):
    out = []
    for xs in xss:
        for x in xs:
            out = out + [x]
    return out


def flatten_all(tree):
    """A tree is a value and a list of trees."""
    value, children = tree
    out = [value]
    for child in children:
        out = out + flatten_all(child)
    return out
