# call: gray(3)
# call: [gray_number(i) for i in range(8)]
def gray(n):
    if n == 0:
        return [""]
    prev = gray(n - 1)
    return ["0" + x for x in prev] + ["1" + x for x in prev[::-1]]


def gray_number(n):
    return n ^ (n >> 1)
