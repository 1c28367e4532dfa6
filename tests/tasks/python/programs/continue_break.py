# call: odd_sum(10)
# call: until(["a", "", "stop", "b"])
# call: nested(4)
def odd_sum(n):
    total = 0
    for i in range(n):
        if i % 2 == 0:
            continue
        if i > 7:
            break
        total += i
    return total


def until(words):
    out = []
    for word in words:
        if not word:
            continue
        elif word == "stop":
            break
        out = out + [word]
    return out


def nested(n):
    count = 0
    for i in range(n):
        for j in range(n):
            if j > i:
                break
            if (i + j) % 3 == 0:
                continue
            count += 1
            for k in range(j):
                if k == 1:
                    continue
                count += k
    return count
