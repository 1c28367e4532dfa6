# call: has(3, [1, 2, 3])
# call: has("bc", "abcd")
# call: has("", "abc")
# call: has("x", "")
# call: has([1], [[1], 2])
# call: has(None, [0, None])
# call: has(1, "abc")
# call: has(1, 5)
# call: vowels("education")
# call: unique([1, 2, 1, 3, 2])
# call: common([1, 2, 3], [2, 3, 4])
# call: hex_digits("ffx")
def has(x, xs):
    return x in xs


def vowels(text):
    return sum([1 for c in text if c in "aeiou"])


def unique(xs):
    out = []
    for x in xs:
        if x not in out:
            out = out + [x]
    return out


def common(xs, ys):
    return [x for x in xs if x in ys]


def hex_digits(text):
    return all(c in "0123456789abcdef" for c in text)
