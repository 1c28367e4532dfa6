# call: nim_sum([3, 4, 5])
def nim_sum(piles):
    total = 0
    for p in piles:
        total ^= p
    return total
