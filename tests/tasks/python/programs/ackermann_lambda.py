# call: ack(2, 2)
ack = lambda m, n: n + 1 if m == 0 else (ack(m - 1, 1) if n == 0 else ack(m - 1, ack(m, n - 1)))
