# call: minimax([[3, 5], [2, 9]], True)
def minimax(node, maximizing):
    if type(node) is not list:
        return node
    scores = [minimax(child, not maximizing) for child in node]
    return max(scores) if maximizing else min(scores)
