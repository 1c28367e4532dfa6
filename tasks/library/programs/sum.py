def total(numbers):
    """The sum of a list."""
    if not numbers:
        return 0
    return numbers[0] + total(numbers[1:])
