# call: cases("a1b")
def cases(s):
    if not s:
        return [""]
    tails = cases(s[1:])
    if s[0].isalpha():
        return [s[0].lower() + t for t in tails] + [s[0].upper() + t for t in tails]
    return [s[0] + t for t in tails]
