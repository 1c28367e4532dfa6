# call: factorial(0)
# call: factorial(5)
# call: factorial(25)
# call: factorial("5")
def factorial(n):
    """The product of 1 to n."""
    if n == 0:
        return 1
    return n * factorial(n - 1)
