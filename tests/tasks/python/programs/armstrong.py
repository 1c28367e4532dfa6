# call: [n for n in range(100, 410) if is_armstrong(n)]
def is_armstrong(n):
    digits = [int(d) for d in str(n)]
    return n == sum([d ** len(digits) for d in digits])
