# call: levels([1, [2, [], []], [3, [], []]])
def levels(tree):
    result = []
    queue = [tree] if tree else []
    while queue:
        level = []
        next_queue = []
        for node in queue:
            level.append(node[0])
            for child in node[1:]:
                if child:
                    next_queue.append(child)
        result.append(level)
        queue = next_queue
    return result
