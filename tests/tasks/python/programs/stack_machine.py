# call: evaluate([1, 2, "+", 4, "*"])
# call: evaluate([7, 2, "-", 5, "//"])
# call: evaluate(["+"])
def evaluate(tokens):
    stack = []
    for token in tokens:
        if token in ["+", "-", "*", "//"]:
            b, a, stack = stack[-1], stack[-2], stack[:-2]
            if token == "+":
                value = a + b
            elif token == "-":
                value = a - b
            elif token == "*":
                value = a * b
            else:
                value = a // b
        else:
            value = token
        stack = stack + [value]
    return stack[-1]
