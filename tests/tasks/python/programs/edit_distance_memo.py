# call: distance("kitten", "sit")
def distance(s, t, i=0, j=0, memo=None):
    if memo is None:
        memo = {}
    if (i, j) in memo:
        return memo[(i, j)]
    if i == len(s):
        return len(t) - j
    if j == len(t):
        return len(s) - i
    if s[i] == t[j]:
        result = distance(s, t, i + 1, j + 1, memo)
    else:
        result = 1 + min(distance(s, t, i + 1, j, memo), distance(s, t, i, j + 1, memo), distance(s, t, i + 1, j + 1, memo))
    memo[(i, j)] = result
    return result
