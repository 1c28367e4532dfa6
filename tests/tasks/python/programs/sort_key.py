# call: by_length(["ccc", "a", "bb"])
def by_length(words):
    return sorted(words, key=lambda w: len(w))
