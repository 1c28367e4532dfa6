# call: inorder([[None, 1, None], 2, [None, 3, None]])
def walk(t, out):
    if t is None:
        return
    walk(t[0], out)
    out.append(t[1])
    walk(t[2], out)


def inorder(t):
    out = []
    walk(t, out)
    return out
