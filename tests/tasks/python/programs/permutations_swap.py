# call:
def permutations(a, k):
    if k == len(a):
        print(a)
        return
    for i in range(k, len(a)):
        a[k], a[i] = a[i], a[k]
        permutations(a, k + 1)
        a[k], a[i] = a[i], a[k]
permutations([1, 2, 3], 0)
