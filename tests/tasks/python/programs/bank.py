# call: run([["in", 10], ["out", 3], ["out", 20], ["?", 1]])
def apply(balance, order):
    kind, amount = order
    if kind == "in":
        return balance + amount
    elif kind == "out":
        if amount > balance:
            print("refused", amount)
        else:
            balance -= amount
            print("paid", amount)
        return balance
    else:
        print("unknown", kind)
    return balance


def run(orders):
    balance = 0
    for order in orders:
        balance = apply(balance, order)
    return balance
