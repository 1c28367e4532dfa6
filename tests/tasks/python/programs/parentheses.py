# call: generate(3, 3)
def generate(left, right):
    if left == 0 and right == 0:
        return [""]
    out = []
    if left > 0:
        out += ["(" + rest for rest in generate(left - 1, right)]
    if right > left:
        out += [")" + rest for rest in generate(left, right - 1)]
    return out
