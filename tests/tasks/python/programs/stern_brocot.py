# call: path(3, 5)
def path(p, q, a=0, b=1, c=1, d=0):
    m, n = a + c, b + d
    if p == m and q == n:
        return ""
    if p * n < q * m:
        return "L" + path(p, q, a, b, m, n)
    return "R" + path(p, q, m, n, c, d)
