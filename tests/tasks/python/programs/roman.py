# call: roman(1994)
# call: number("MCMXCIV")
VALUES = [1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1]
SIGNS = ["M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"]


def roman(n):
    out = ""
    for value, sign in zip(VALUES, SIGNS):
        while n >= value:
            out += sign
            n -= value
    return out


def number(text):
    total = 0
    for value, sign in zip(VALUES, SIGNS):
        while text[:len(sign)] == sign:
            total += value
            text = text[len(sign):]
    return total
