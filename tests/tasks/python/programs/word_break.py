# call: word_break("leetcode", ["leet", "code"])
# call: word_break("catsandog", ["cats", "dog", "sand", "and", "cat"])
def word_break(s, words):
    if not s:
        return True
    return any(s.startswith(w) and word_break(s[len(w):], words) for w in words)
