# call: wins([1, 2])
# call: wins([1, 1])
def wins(piles):
    for i in range(len(piles)):
        for take in range(1, piles[i] + 1):
            after = piles[:i] + [piles[i] - take] + piles[i + 1:]
            if not wins(after):
                return True
    return False
