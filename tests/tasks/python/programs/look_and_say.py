# call: look_and_say(5)
def look_and_say(n):
    if n == 1:
        return "1"
    prev = look_and_say(n - 1)
    out = ""
    i = 0
    while i < len(prev):
        count = 1
        while i + count < len(prev) and prev[i + count] == prev[i]:
            count += 1
        out += str(count) + prev[i]
        i += count
    return out
