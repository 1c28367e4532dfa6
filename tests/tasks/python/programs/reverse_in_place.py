# call:
def reverse(a, i, j):
    if i >= j:
        return a
    a[i], a[j] = a[j], a[i]
    return reverse(a, i + 1, j - 1)
xs = [1, 2, 3, 4, 5]
print(reverse(xs, 0, 4))
print(xs)
