# call: first_even([1, 3, 4, 5])
# call: first_even([1, 3])
# call: countdown(3)
# call: countdown(12)
def first_even(xs):
    for x in xs:
        if x % 2 == 0:
            break
    else:
        return "none"
    return x


def countdown(n):
    while n > 0:
        print(n)
        n -= 1
        if n == 5:
            break
    else:
        print("lift-off")
    return n
