# call: powerset([1, 2, 3])
def powerset(s):
    if not s:
        return [[]]
    smaller = powerset(s[1:])
    with_first = []
    for subset in smaller:
        with_first.append([s[0]] + subset)
    return smaller + with_first
