# call: are_anagrams("listen", "silent")
# call: are_anagrams("abc", "abd")
def are_anagrams(a, b):
    return sorted(a) == sorted(b)
