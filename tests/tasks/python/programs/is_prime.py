# call: is_prime(1)
# call: is_prime(97)
# call: is_prime(91)
# call: primes(30)
# call: factors(360)
def is_prime(n):
    if n < 2:
        return False
    i = 2
    while i * i <= n:
        if n % i == 0:
            return False
        i += 1
    return True


def primes(n):
    return [p for p in range(n) if is_prime(p)]


def factors(n):
    out = []
    divisor = 2
    while n > 1:
        while n % divisor == 0:
            out += [divisor]
            n //= divisor
        divisor += 1
    return out
