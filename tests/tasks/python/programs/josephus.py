# call: josephus(7, 3)
# call: last(["a", "b", "c", "d"], 2)
def josephus(n, k):
    if n == 1:
        return 0
    return (josephus(n - 1, k) + k) % n


def last(people, k, at=0):
    if len(people) == 1:
        return people[0]
    at = (at + k - 1) % len(people)
    return last(people[:at] + people[at + 1:], k, at)
