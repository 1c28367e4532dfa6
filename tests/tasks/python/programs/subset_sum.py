# call: subset_sum([3, 34, 4, 12, 5, 2], 9)
# call: subset_sum([3, 34, 4], 100)
# call: ways([1, 2, 3, 4], 5)
def subset_sum(xs, target):
    if target == 0:
        return True
    if not xs or target < 0:
        return False
    return subset_sum(xs[1:], target - xs[0]) or subset_sum(xs[1:], target)


def ways(xs, target):
    if not xs:
        return 1 if target == 0 else 0
    return ways(xs[1:], target) + ways(xs[1:], target - xs[0])
