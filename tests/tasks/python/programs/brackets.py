# call: balanced("([]{})")
# call: balanced("([)]")
# call: balanced("(")
# call: balanced("")
def balanced(text):
    stack = ""
    for c in text:
        if c in "([{":
            stack = stack + c
        else:
            if not stack:
                return False
            top, stack = stack[-1], stack[:-1]
            if top + c not in ["()", "[]", "{}"]:
                return False
    return stack == ""
