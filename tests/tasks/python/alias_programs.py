"""Random programs that change lists, and what CPython says of them: `alias_programs.py FOLDER COUNT SEED` writes them.

Most have lists under several names, so most are refused. What is not refused has to say what CPython says.
"""

import random
import sys


HELPERS = '''def same(xs):
    return xs


def fresh(xs):
    return xs + [1]


def wrap(xs):
    return [xs, 1]


def put(xs, x):
    xs.append(x)


def dip(rows, x):
    rows[0][0] = x


def fill(xs):
    for i in range(len(xs)):
        xs[i] = i


def take(xs):
    if len(xs) < 2:
        return 0
    x = xs.pop()
    return x if isinstance(x, int) else len(x)


def grow(xs):
    put(xs, 7)
    return xs


def swap(xs, ys):
    if xs and ys:
        xs[0], ys[0] = ys[0], xs[0]


'''
INNER = [
    '''    def step(x):
        nonlocal k
        k += x
        return k
    def bump():
        zs.append(k)
        return len(zs) > 4
''',
    '''    def step(x):
        rows[0] = [x]
        return len(ys)
    def bump():
        nonlocal n, ys
        if n > 3:
            ys = zs
            return True
        n += 1
        return bump()
''',
    '''    def step(x):
        if x > 2:
            return step(x - 2)
        ys.append(xs[:])
        return x
    def bump():
        put(rows, zs)
        return take(rows)
''',
]


class Writer:
    def __init__(self, rng):
        self.rng = rng
        self.lists = ['xs', 'ys', 'zs', 'rows']
        self.numbers = ['n', 'i', 'k']

    def number(self, depth=2):
        r = self.rng
        choice = r.randrange(10 if depth else 4)
        if choice < 2:
            return str(r.randrange(-2, 6))
        if choice < 4:
            return r.choice(self.numbers)
        if choice < 6:
            return f'({self.number(depth - 1)} {r.choice("+-*")} {self.number(depth - 1)})'
        if choice == 6:
            return f'len({self.list(depth - 1)})'
        if choice == 7:
            return f'({self.number(depth - 1)} {r.choice("&|^")} {self.number(depth - 1)})'
        if choice == 8:
            return f'sum([{r.choice(self.numbers)}, {self.number(depth - 1)}])'
        return f'max({self.number(depth - 1)}, {self.number(depth - 1)})'

    def list(self, depth=2):
        r = self.rng
        choice = r.randrange(12 if depth else 3)
        if choice < 3:
            return r.choice(self.lists)
        if choice == 3:
            return f'[{self.number(0)}, {self.number(1)}]'
        if choice == 4:
            return f'{r.choice(self.lists)}[{r.randrange(3)}:]'
        if choice == 5:
            return f'[{self.number(1)} for i in range({r.randrange(4)})]'
        if choice == 6:
            return f'[{self.list(0)}, {self.list(0)}]'
        if choice == 7:
            return f'{r.choice(self.lists)} + {self.list(0)}'
        if choice == 8:
            return f'list({r.choice(self.lists)})'
        if choice == 9:
            return f'{r.choice(["same", "fresh", "wrap"])}({self.list(0)})'
        if choice == 10:
            return f'[[0] * {r.randrange(1, 3)} for i in range({r.randrange(1, 3)})]'
        return f'({self.list(0)} if n > {r.randrange(4)} else {self.list(0)})'

    def test(self):
        return f'{self.number(1)} {self.rng.choice(["<", ">", "==", "!="])} {self.number(1)}'

    def statement(self, depth, indent):
        r = self.rng
        pad = '    ' * indent
        name = r.choice(self.lists)
        choice = r.randrange(22 if depth else 16)
        if choice < 3:
            return f'{pad}{name} = {self.list()}\n'
        if choice < 6:
            return f'{pad}{name}.append({r.choice([self.number(), self.list(1)])})\n'
        if choice == 6:
            return f'{pad}{name} += {self.list(1)}\n'
        if choice == 7:
            return f'{pad}{name}[{r.randrange(-2, 3)}] = {r.choice([self.number(), self.list(1)])}\n'
        if choice == 8:
            return f'{pad}k = {name}.pop()\n' if r.randrange(2) else f'{pad}rows[{r.randrange(2)}][0] = {self.number(1)}\n'
        if choice == 9:
            return f'{pad}{name}.{r.choice(["reverse()", "extend(" + self.list(0) + ")", "insert(1, " + self.number(0) + ")"])}\n'
        if choice == 10:
            return f'{pad}{r.choice(self.numbers)} = {self.number()}\n'
        if choice == 11:
            return f'{pad}print(xs, {self.number(0)})\n'
        if choice == 12:
            return f'{pad}{name}, {r.choice(self.lists)} = {self.list(1)}, {self.list(1)}\n'
        if choice == 13:  # functions that change what they get
            return f'{pad}{r.choice(["put(" + name + ", " + self.list(1) + ")", "dip(rows, " + self.number(1) + ")", "fill(" + name + ")"])}\n'
        if choice == 14:
            change = r.choice([f'k = take({name})', f'{r.choice(self.lists)} = grow({name})', f'k = {self.number(1)} + take({name})',
                               f'swap({name}, {r.choice(self.lists)})', f'put({name}, rows[0])', 'fill(rows[0])'])
            return f'{pad}{change}\n'
        if choice == 15:  # a def within the function
            return f'{pad}{r.choice(["step(" + self.number(1) + ")", "k = step(k) + k", "bump()", "n = n if bump() else k"])}\n'
        if choice == 16:
            return f'{pad}if {self.test()}:\n{self.block(depth - 1, indent + 1)}{pad}else:\n{self.block(depth - 1, indent + 1)}'
        if choice == 17:
            return f'{pad}for i in range({r.randrange(1, 4)}):\n{self.block(depth - 1, indent + 1)}'
        if choice == 18:
            return f'{pad}for i in {self.list(1)}[:3]:\n{self.block(depth - 1, indent + 1)}'
        if choice == 19:
            return f'{pad}if step(k) > 3 or {self.test()}:\n{self.block(depth - 1, indent + 1)}'
        if choice == 20:
            return f'{pad}while k < 3 and step(k) < {r.randrange(6)}:\n{pad}    k += 1\n{self.block(depth - 1, indent + 1)}'
        return f'{pad}if n > 0 and {self.test()}:\n{pad}    {name} = f(n - 1, {self.list(0)})\n'

    def block(self, depth, indent):
        return ''.join(self.statement(depth, indent) for _ in range(self.rng.randrange(1, 4)))

    def program(self):
        body = ''.join(self.statement(2, 1) for _ in range(self.rng.randrange(2, 7)))
        start = '    i = k = 1\n    ys = [n]\n    zs = [1, 2, 3]\n    rows = [[n], [2]]\n'
        if self.rng.randrange(2):
            start += '    xs = xs[:]\n'
        helpers = HELPERS
        start += self.rng.choice(INNER)
        result = self.rng.choice(['xs, ys, zs, rows', '[xs, ys]', 'rows', 'zs, k, xs'])
        return f'# call: f(2, [5, 6])\n{helpers}def f(n, xs):\n{start}{body}    return {result}\n'


def main():
    folder, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    for index in range(count):
        with open(f'{folder}/p{index}.py', 'w', encoding='utf-8') as file:
            file.write(Writer(random.Random(seed * 1_000_003 + index)).program())


if __name__ == '__main__':
    main()
