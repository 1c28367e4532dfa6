# call: change(5)
# call: stop_changes(3)
# call: shadow([1, 2, 3])
def change(n):
    out = []
    for i in range(n):
        out += [i]
        i = i * 10
        out += [i]
    return out


def stop_changes(n):
    count = 0
    for i in range(n):
        n = n + 1
        count += n
    return count


def shadow(xs):
    x = "before"
    ys = [x for x in xs if x > 1]
    return [x] + ys
