# call: factorial(1)
# call: factorial(12)
# call: factorial(-3)
def factorial(n: int) -> int:
    result = 1
    for i in range(2, n + 1):
        result *= i
    return result
