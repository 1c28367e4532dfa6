# call: is_palindrome("A man, a plan, a canal: Panama")
def is_palindrome(s):
    cleaned = "".join([c.lower() for c in s if c.isalnum()])
    return cleaned == cleaned[::-1]
