# call: find_path("A", "D", [])
graph = {"A": ["B", "C"], "B": ["D"], "C": ["D"], "D": []}


def find_path(start, end, path):
    path = path + [start]
    if start == end:
        return path
    for node in graph[start]:
        if node not in path:
            found = find_path(node, end, path)
            if found:
                return found
    return None
