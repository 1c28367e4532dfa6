# call: mirror_range(3)
def mirror_range(n):
    return [0] if n == 0 else [n, *mirror_range(n - 1), n]
