# call: sum_max([4, 2, 8])
def sum_max(numbers):
    *rest, last = numbers
    if not rest:
        return last
    return max(last, sum_max(rest))
