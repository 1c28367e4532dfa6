# call: is_happy(19)
# call: is_happy(4)
def is_happy(n, seen=[]):
    if n == 1:
        return True
    if n in seen:
        return False
    return is_happy(sum(int(d) ** 2 for d in str(n)), seen + [n])
