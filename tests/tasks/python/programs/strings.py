# call: count("banana", "a")
# call: remove("banana", "a")
# call: vowel_count("recursion")
# call: repeat("ab", 3)
# call: join(["a", "b", "c"], ", ")
# call: split("a b  c")
# call: caesar("xyz", 3)
# call: is_anagram("listen", "silent")
# call: compress("aaabcc")
# call: 'it\'s "quoted"\n' + "tab\t" + 'é\u2028\x07'
# call: ["it's", 'say "x"', "both ' and \"", "\\", "日本", "\U0001f600", "\xa0"]
ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def count(text, c):
    if text == "":
        return 0
    return (1 if text[0] == c else 0) + count(text[1:], c)


def remove(text, c):
    if not text:
        return ""
    rest = remove(text[1:], c)
    return rest if text[0] == c else text[0] + rest


def vowel_count(text):
    total = 0
    for c in text:
        if c in ("a", "e", "i", "o", "u"):
            total += 1
    return total


def repeat(text, n):
    if n == 0:
        return ""
    return text + repeat(text, n - 1)


def join(parts, separator):
    out = ""
    for i, part in enumerate(parts):
        if i > 0:
            out += separator
        out += part
    return out


def split(text):
    words = []
    word = ""
    for c in text + " ":
        if c != " ":
            word += c
        elif word != "":
            words = words + [word]
            word = ""
    return words


def place(c, letters):
    for i in range(len(letters)):
        if letters[i] == c:
            return i
    return -1


def caesar(text, k):
    if not text:
        return ""
    at = (place(text[0], ALPHABET) + k) % len(ALPHABET)
    return ALPHABET[at] + caesar(text[1:], k)


def is_anagram(a, b):
    if len(a) != len(b):
        return False
    for c in a:
        if count(a, c) != count(b, c):
            return False
    return True


def compress(text):
    out = []
    while text:
        n = 1
        while n < len(text) and text[n] == text[0]:
            n += 1
        out += [[text[0], n]]
        text = text[n:]
    return out
