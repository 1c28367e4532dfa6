# call: power_table(2, 4)
def power_table(base, count):
    def power(e):
        return 1 if e == 0 else base * power(e - 1)
    return [power(i) for i in range(count)]
