# call:
count = 0
seen = []
def visit(n):
    global count
    count += 1
    seen.append(n)
    if n > 1:
        visit(n // 2)
        visit(n - 2)
visit(5)
print(count, seen)
