# call: flatten([1, [2, [3, 4], []], 5])
def flatten(lst):
    if lst == []:
        return []
    if isinstance(lst[0], list):
        return flatten(lst[0]) + flatten(lst[1:])
    return lst[:1] + flatten(lst[1:])
