# call: ways(10, [1, 2, 5])
# call: fewest(11, [1, 2, 5])
# call: fewest(3, [2])
def ways(amount, coins):
    if amount == 0:
        return 1
    if amount < 0 or not coins:
        return 0
    return ways(amount - coins[0], coins) + ways(amount, coins[1:])


def fewest(amount, coins):
    if amount == 0:
        return 0
    best = None
    for coin in coins:
        if coin > amount:
            continue
        rest = fewest(amount - coin, coins)
        if rest is not None and (best is None or rest + 1 < best):
            best = rest + 1
    return best
