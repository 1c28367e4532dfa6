# call: move(2, 'left', 'right', 'middle')
def move(n, a, b, c):
    if n == 1:
        print(f"Move disk 1 from {a} to {b}")
        return
    move(n - 1, a, c, b)
    print(f"Move disk {n} from {a} to {b}")
    move(n - 1, c, b, a)
