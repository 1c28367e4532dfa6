# call: quick_sort([3, 1, 2])
# call: quick_sort([])
# call: quick_sort([5, -1, 4, 4, 0, 9, 2])
def quick_sort(xs):
    if len(xs) < 2:
        return xs
    pivot = xs[0]
    smaller = [x for x in xs[1:] if x < pivot]
    larger = [x for x in xs[1:] if x >= pivot]
    return quick_sort(smaller) + [pivot] + quick_sort(larger)
