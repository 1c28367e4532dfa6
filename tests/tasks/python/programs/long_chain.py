# call: grade(95)
# call: grade(42)
# call: describe(0)
# call: describe(7)
def grade(points):
    if points >= 90:
        letter = "A"
    elif points >= 80:
        letter = "B"
    elif points >= 70:
        letter = "C"
    elif points >= 60:
        letter = "D"
    else:
        letter = "F"
    return letter + str_of(points)


def str_of(n):
    return "0123456789"[n] if n < 10 else str_of(n // 10) + "0123456789"[n % 10]


def describe(n):
    text = ""
    if n % 2 == 0:
        text += "even "
    else:
        text += "odd "
    if n > 5:
        text += "large "
    if n == 0:
        text += "zero "
    for c in text:
        if c == "z":
            text += "!"
    return text
