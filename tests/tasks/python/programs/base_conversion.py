# call: to_base(255, 16)
# call: to_base(10, 2)
def to_base(n, b):
    digits = "0123456789ABCDEF"
    if n < b:
        return digits[n]
    return to_base(n // b, b) + digits[n % b]
