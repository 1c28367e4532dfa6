# call: evaluate_rpn(["2", "1", "+", "3", "*"])
def evaluate_rpn(tokens):
    stack = []
    for t in tokens:
        if t in "+-*":
            b = stack.pop()
            a = stack.pop()
            if t == "+":
                stack.append(a + b)
            elif t == "-":
                stack.append(a - b)
            else:
                stack.append(a * b)
        else:
            stack.append(int(t))
    return stack.pop()
