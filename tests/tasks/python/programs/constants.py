# call: circle(10)
# call: weekday(3)
# call: weekday(9)
# call: [LIMIT, MOD, PRIMES]
# call: power_mod(3, 200)
LIMIT = 100
MOD = 10 ** 9 + 7
PRIMES = [2, 3, 5] + [7]
NAMES = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
PI_TIMES_100 = 314


def circle(r):
    area = PI_TIMES_100 * r * r // 100
    return area if area < LIMIT else LIMIT


def weekday(i):
    return NAMES[i]


def power_mod(base, n):
    if n == 0:
        return 1
    half = power_mod(base, n // 2)
    return half * half * (base if n % 2 else 1) % MOD
