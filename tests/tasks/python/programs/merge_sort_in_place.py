# call:
def merge_sort(a):
    if len(a) <= 1:
        return
    mid = len(a) // 2
    left, right = a[:mid], a[mid:]
    merge_sort(left)
    merge_sort(right)
    i = j = k = 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            a[k] = left[i]
            i += 1
        else:
            a[k] = right[j]
            j += 1
        k += 1
    while i < len(left):
        a[k] = left[i]
        i += 1
        k += 1
    while j < len(right):
        a[k] = right[j]
        j += 1
        k += 1
a = [5, 2, 4, 1]
merge_sort(a)
print(a)
