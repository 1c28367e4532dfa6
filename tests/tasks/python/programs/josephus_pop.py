# call: josephus(7, 3)
def josephus(n, k):
    people = list(range(1, n + 1))
    index = 0
    order = []
    while len(people) > 1:
        index = (index + k - 1) % len(people)
        order.append(people.pop(index))
    return people[0], order
