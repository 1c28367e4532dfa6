# call: every_other([1, 2, 3, 4, 5])
# call: backwards("abcdef")
def every_other(xs):
    return xs[1::2]


def backwards(s):
    return s[4:1:-1]
