# call: shout("hello world")
def shout(s):
    return s.upper() + "!"
