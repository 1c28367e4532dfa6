# call: lcs("AGCAT", "GAC")
# call: lcs("", "x")
# call: length([1, 3, 2], [3, 1, 2])
def lcs(a, b):
    if a == "" or b == "":
        return ""
    if a[-1] == b[-1]:
        return lcs(a[:-1], b[:-1]) + a[-1]
    left, right = lcs(a[:-1], b), lcs(a, b[:-1])
    return left if len(left) >= len(right) else right


def length(a, b):
    if not a or not b:
        return 0
    if a[0] == b[0]:
        return 1 + length(a[1:], b[1:])
    return max(length(a[1:], b), length(a, b[1:]))
