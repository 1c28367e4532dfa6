# call: match("abcde", "a*d?")
# call: match("abc", "a*d")
def match(s, p):
    if not p:
        return not s
    if p[0] == '*':
        return match(s, p[1:]) or (len(s) > 0 and match(s[1:], p))
    return bool(s) and p[0] in ('?', s[0]) and match(s[1:], p[1:])
