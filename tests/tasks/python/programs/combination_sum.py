# call: combos([2, 3, 5], 8)
def combos(cands, target):
    out = []
    def go(start, path, total):
        if total == target:
            out.append(path)
            return
        if total > target:
            return
        for i in range(start, len(cands)):
            go(i, path + [cands[i]], total + cands[i])
    go(0, [], 0)
    return out
