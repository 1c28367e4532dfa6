# call: triangular(4) + tetrahedral(3)
triangular = lambda n: 0 if n == 0 else n + triangular(n - 1)
tetrahedral = lambda n: 0 if n == 0 else triangular(n) + tetrahedral(n - 1)
