# call: evaluate(['+', 1, ['*', 2, 3]])
# call: evaluate(7)
def evaluate(expr):
    if isinstance(expr, int):
        return expr
    op, left, right = expr
    a, b = evaluate(left), evaluate(right)
    if op == '+':
        return a + b
    elif op == '-':
        return a - b
    elif op == '*':
        return a * b
    raise ValueError(f"unknown operator {op}")
