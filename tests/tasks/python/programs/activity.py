# call: schedule([(1, 4), (3, 5), (0, 6), (5, 7)])
def schedule(intervals):
    chosen = []
    last = -1
    for start, end in sorted(intervals, key=lambda p: p[1]):
        if start >= last:
            chosen.append((start, end))
            last = end
    return chosen
