# call: max_depth("(1+(2*3)+((8)/4))+1")
def max_depth(s):
    depth, best = 0, 0
    for ch in s:
        if ch == "(":
            depth += 1
            best = max(best, depth)
        elif ch == ")":
            depth -= 1
    return best
