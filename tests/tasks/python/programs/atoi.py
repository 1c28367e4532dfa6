# call: atoi("1234")
def atoi(s):
    if len(s) == 1:
        return ord(s) - ord('0')
    return atoi(s[:-1]) * 10 + atoi(s[-1])
