# call: sieve([2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
# call: primes(20)
def sieve(xs):
    if not xs:
        return []
    return [xs[0]] + sieve([x for x in xs[1:] if x % xs[0] != 0])


def primes(n):
    out = []
    for i in range(2, n):
        for p in out:
            if i % p == 0:
                break
        else:
            out += [i]
    return out
