# call: letters("23")
def letters(digits):
    keys = {"2": "abc", "3": "def", "4": "ghi"}
    if digits == "":
        return [""]
    return [c + rest for c in keys[digits[0]] for rest in letters(digits[1:])]
