# call: combos([1, 2, 3], 4)
def combos(candidates, target):
    result = []
    for i, c in enumerate(candidates):
        if c == target:
            result.append([c])
        elif c < target:
            for rest in combos(candidates[i:], target - c):
                result.append([c] + rest)
    return result
