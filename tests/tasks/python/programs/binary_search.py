# call: search([1, 3, 5, 7, 9, 11], 7)
# call: search([1, 3, 5, 7, 9, 11], 4)
# call: search([], 4)
# call: find([1, 3, 5, 7, 9, 11], 11)
# call: find([1, 3, 5], 2)
def search(xs, x):
    low, high = 0, len(xs) - 1
    while low <= high:
        middle = (low + high) // 2
        if xs[middle] == x:
            return middle
        if xs[middle] < x:
            low = middle + 1
        else:
            high = middle - 1
    return -1


def find(xs, x, low=0, high=None):
    if high is None:
        high = len(xs)
    if low >= high:
        return None
    middle = (low + high) // 2
    if xs[middle] == x:
        return middle
    elif xs[middle] < x:
        return find(xs, x, middle + 1, high)
    else:
        return find(xs, x, low, middle)
