# call: [n for n in range(1, 30) if is_perfect(n)]
# call: divisors(28)
def divisors(n):
    return [d for d in range(1, n + 1) if n % d == 0]


def is_perfect(n):
    return sum(divisors(n)) == 2 * n
