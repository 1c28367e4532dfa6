# call: subsets([1, 2, 3])
# call: subsets([])
def subsets(nums):
    res = []
    def bt(i, path):
        if i == len(nums):
            res.append(path[:])
            return
        path.append(nums[i])
        bt(i + 1, path)
        path.pop()
        bt(i + 1, path)
    bt(0, [])
    return res
