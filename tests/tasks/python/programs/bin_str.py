# call: binary(10)
# call: binary(0)
def binary(n):
    if n > 1:
        return binary(n >> 1) + str(n & 1)
    return str(n)
