# call: reverse(1230)
# call: [is_palindrome(n) for n in [121, 10, 7]]
def reverse(n):
    out = 0
    while n > 0:
        n, digit = n // 10, n % 10
        out = out * 10 + digit
    return out


def is_palindrome(n):
    return n == reverse(n)
