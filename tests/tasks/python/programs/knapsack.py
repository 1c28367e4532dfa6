# call: knapsack([2, 3, 4], [3, 4, 5], 5)
# call: knapsack([], [], 10)
def knapsack(weights, values, capacity):
    if not weights:
        return 0
    without = knapsack(weights[1:], values[1:], capacity)
    if weights[0] > capacity:
        return without
    return max(without, values[0] + knapsack(weights[1:], values[1:], capacity - weights[0]))
