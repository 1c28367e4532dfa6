# call: encode("aaabbc")
def encode(s):
    if not s:
        return []
    count = 1
    while count < len(s) and s[count] == s[0]:
        count += 1
    return [(s[0], count)] + encode(s[count:])
