# call: parse_sum("1+22+3")
def parse_sum(s):
    if '+' not in s:
        return int(s)
    i = s.index('+')
    return int(s[:i]) + parse_sum(s[i + 1:])
