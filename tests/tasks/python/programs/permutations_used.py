# call:
def permute(nums, path, used, res):
    if len(path) == len(nums):
        res.append(path.copy())
        return
    for i in range(len(nums)):
        if used[i]:
            continue
        used[i] = True
        path.append(nums[i])
        permute(nums, path, used, res)
        path.pop()
        used[i] = False

res = []
permute([1, 2, 3], [], [False] * 3, res)
print(res)
