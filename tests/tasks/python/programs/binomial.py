# call: binomial(5, 2)
# call: binomial(10, 0)
# call: binomial(3, 5)
def binomial(n, k):
    if k < 0 or k > n:
        return 0
    if k == 0 or k == n:
        return 1
    return binomial(n - 1, k - 1) + binomial(n - 1, k)
