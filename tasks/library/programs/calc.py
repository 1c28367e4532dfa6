def med(numbers):
    """The median; of an even count the lower one of the two in the middle."""
    return smallest(numbers, (len(numbers) - 1) // 2)


def smallest(numbers, k):
    """The number that has index k when they are sorted."""
    first = numbers[0]
    below = [x for x in numbers if x < first]
    if k < len(below):
        return smallest(below, k)
    equal = len([x for x in numbers if x == first])
    if k < len(below) + equal:
        return first
    return smallest([x for x in numbers if x > first], k - len(below) - equal)
