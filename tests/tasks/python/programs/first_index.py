# call: first_index([4, 5, 6], 6)
# call: [4, 5, 6].index(5)
# call: [4, 5, 4].count(4)
def first_index(xs, x):
    if not xs:
        raise ValueError("not found")
    return 0 if xs[0] == x else 1 + first_index(xs[1:], x)
