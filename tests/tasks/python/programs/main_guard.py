# call:
def square_sum(n):
    if n == 0:
        return 0
    return n * n + square_sum(n - 1)


if __name__ == "__main__":
    print("Sum of squares:", square_sum(5))
