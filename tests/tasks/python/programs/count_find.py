# call: count("mississippi", "ss")
# call: "mississippi".find("ssip")
def count(s, sub):
    if len(s) < len(sub):
        return 0
    return (1 if s.startswith(sub) else 0) + count(s[1:], sub)
