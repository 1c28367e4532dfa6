# call: describe([1, "a", [2], None])
def describe(x):
    if x is None:
        return "none"
    if isinstance(x, str):
        return "text"
    if isinstance(x, (list, tuple)):
        return "[" + ",".join(describe(y) for y in x) + "]"
    return "number"
