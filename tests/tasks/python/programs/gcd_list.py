# call: gcd_list([12, 18, 30])
from math import gcd


def gcd_list(xs):
    if len(xs) == 1:
        return xs[0]
    return gcd(xs[0], gcd_list(xs[1:]))
