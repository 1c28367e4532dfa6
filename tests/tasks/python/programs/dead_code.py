# call: always(1)
# call: spin(3)
# call: branches(5)
def always(n):
    return n
    print("never")


def spin(n):
    while True:
        n += 1
        if n > 5:
            return n
    return "never"


def branches(n):
    if n > 3:
        pass
    elif n > 2:
        n = 0
    else:
        n = 1
    while False:
        n = 100
    if True:
        n += 1
    return n
