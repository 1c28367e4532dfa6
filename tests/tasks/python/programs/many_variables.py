# call: mix(1, 2, 3, 4)
# call: wide(2)
def mix(a, b, c, d):
    e = a + b
    f = b * c
    g = c - d
    h = e + f
    i = f * g
    j = g - h
    k = h + i
    l = i * j
    m = j - k
    n = k + l
    o = l - m
    p = m * n
    return [a, e, n, o, p]


def wide(n):
    a = n + 1
    b = a * a
    c = b - n
    d = c * b
    for i in range(n):
        x = i + a
        y = x * b
        z = y - c
        d = d + z
        print(x, y, z)
    return d
