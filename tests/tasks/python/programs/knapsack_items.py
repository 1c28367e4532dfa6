# call: knapsack([(2, 3), (3, 4), (4, 5)], 5)
def knapsack(items, capacity):
    if not items or capacity <= 0:
        return 0
    (weight, value), rest = items[0], items[1:]
    skip = knapsack(rest, capacity)
    if weight > capacity:
        return skip
    return max(skip, value + knapsack(rest, capacity - weight))
