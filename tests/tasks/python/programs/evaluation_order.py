# call: order()
# call: arguments()
# call: chain(1)
# call: chain(5)
# call: lists()
# call: default_or(0)
# call: default_or([])
# call: default_or("x")
# call: mixed(0)
# call: mixed(3)
# call: keywords()
def say(x):
    print("say", x)
    return x


def order():
    return say(1) + say(2) * say(3) - (say(4) if say(0) else say(5))


def four(a, b, c, d):
    return [a, b, c, d]


def arguments():
    return four(say(1), say(2), say(3), say(4))


def chain(n):
    return say(0) < say(n) < say(3) < say(10)


def lists():
    return [say(1), say(2), say(3), [say(4), say(5)], say(6), 7, 8, say(9), say(10)]


def default_or(x):
    return x or say("default") or say("never")


def mixed(n):
    return [n and say(n), n or say(0), not n, n and not n, (n > 1) and (n < 5)]


def keywords():
    return four(d=say("d"), b=say("b"), a=say("a"), c=say("c"))
