# call: longest_word("the quick brown fox")
def longest_word(sentence):
    words = sentence.split()
    best = ""
    for w in words:
        if len(w) > len(best):
            best = w
    return best
