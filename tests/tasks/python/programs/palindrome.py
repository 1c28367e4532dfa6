# call: is_palindrome("racecar")
# call: is_palindrome("")
# call: is_palindrome("ab")
# call: is_palindrome([1, 2, 1])
# call: longest("xabay")
def is_palindrome(s):
    if len(s) <= 1:
        return True
    return s[0] == s[-1] and is_palindrome(s[1:-1])


def longest(s):
    """The longest palindrome within a text."""
    best = ""
    for i in range(len(s)):
        for j in range(i + 1, len(s) + 1):
            part = s[i:j]
            if part == part[::-1] and len(part) > len(best):
                best = part
    return best
