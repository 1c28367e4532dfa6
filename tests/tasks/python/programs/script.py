# call:
import sys
sys.setrecursionlimit(10000)


def square(n):
    return n * n


values = []
for i in range(4):
    values = values + [square(i)]
total = sum(values)
print("values", values, "total", total)
if total > 10:
    print("large")
print()
if __name__ == "__main__":
    pass
