# call: to_binary(10)
# call: to_binary(0)
# call: from_binary("1010")
# call: bits(255)
# call: gray(3)
def to_binary(n):
    if n < 2:
        return "01"[n]
    return to_binary(n // 2) + "01"[n % 2]


def from_binary(text):
    value = 0
    for c in text:
        value = value * 2 + int(c)
    return value


def bits(n):
    return 0 if n == 0 else n % 2 + bits(n // 2)


def gray(n):
    if n == 0:
        return [""]
    last = gray(n - 1)
    return ["0" + code for code in last] + ["1" + code for code in last[::-1]]
