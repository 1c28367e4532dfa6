# call: prefix_sums([1, 2, 3])
def prefix_sums(xs):
    sums = [0]
    for x in xs:
        sums.append(sums[-1] + x)
    return sums
