# call: show([1, 2, 3])
def show(xs):
    if xs:
        print("list: " + str(xs))
        show(xs[1:])
