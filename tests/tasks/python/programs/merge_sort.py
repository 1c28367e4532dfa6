# call: merge_sort([3, 1, 2])
# call: merge_sort([])
# call: merge_sort([5, -1, 4, 4, 0, 9, 2])
# call: merge_sort(["b", "a", "c"])
# call: merge_sort([1, "a"])
def merge(left, right):
    if not left:
        return right
    if not right:
        return left
    if left[0] <= right[0]:
        return [left[0]] + merge(left[1:], right)
    return [right[0]] + merge(left, right[1:])


def merge_sort(xs):
    if len(xs) <= 1:
        return xs
    middle = len(xs) // 2
    return merge(merge_sort(xs[:middle]), merge_sort(xs[middle:]))
