#!/usr/bin/env python3
"""Programs: trm run MODEL FILE.py --call, questions about programs as prompts, trm tasks check, and every kind of bad input."""

import glob
import json
import os
import re
import subprocess
import sys
import unittest

from support import CliTest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MODEL = os.path.join(ROOT, 'bench/models/trm-programs.safetensors')
PROGRAMS = sorted(glob.glob(os.path.join(ROOT, 'tests/tasks/python/programs/*.py')))

FACT = 'def fact(n):\n    if n == 0:\n        return 1\n    return n * fact(n - 1)\n'


class Programs(CliTest):
    def run_prompt(self, prompt, *flags):
        return self.passes('run', MODEL, prompt, *flags)

    def test_a_file_and_a_call(self):
        file = self.write('fact.py', FACT)
        self.assertEqual(self.passes('run', MODEL, file, '--call', 'fact(5)').stdout, '120\n')
        self.assertEqual(self.passes('run', MODEL, '-', '--call', 'fact(3) + fact(2)', stdin=FACT).stdout, '8\n')
        checked = self.passes('run', MODEL, file, '--call', 'fact(12)', '--check')
        self.assertEqual(checked.stdout, '479001600\n')
        self.assertIn('right, by CPython', checked.stderr)

    def test_what_a_program_asks_itself(self):
        file = self.write('script.py', FACT + 'print("two", fact(2))\nfact(4)\n')
        self.assertEqual(self.passes('run', MODEL, file).stdout, 'two 2\n24\n')

    def test_values_as_python_writes_them(self):
        program = "def f(x):\n    return [x, -x, 'it', True, None, [x // 2, []]]\n"
        file = self.write('values.py', program)
        self.assertEqual(self.passes('run', MODEL, file, '--call', 'f(7)').stdout, "[7, -7, 'it', True, None, [3, []]]\n")

    def test_errors_of_programs_are_answers(self):
        file = self.write('broken.py', 'def f(n):\n    return 10 // n + f(n - 1)\n')
        result = self.passes('run', MODEL, file, '--call', 'f(2)')
        self.assertEqual(result.stdout, 'ZeroDivisionError\n')
        self.assertIn('ZeroDivisionError was raised in f(0)', result.stderr)
        file = self.write('index.py', 'def f(xs):\n    return xs[3]\n')
        self.assertEqual(self.passes('run', MODEL, file, '--call', 'f([1, 2])').stdout, 'IndexError\n')

    def test_questions_as_prompts(self):
        one_line = 'def f(n): if n < 2: return 1; return n * f(n - 1)'
        self.assertEqual(self.run_prompt(f'value f(5); {one_line}').stdout, '120\n')
        self.assertEqual(self.run_prompt(f'calls f(5); {one_line}').stdout, '5\n')
        self.assertEqual(self.run_prompt(f'order f(3); {one_line}').stdout, 'f(3) f(2) f(1)\n')
        self.assertEqual(self.run_prompt(f'ends f(3); {one_line}').stdout, 'yes\n')
        self.assertEqual(self.run_prompt(f'repeats f(3); {one_line}').stdout, 'never\n')
        # The line is no Python, but what it means is.
        self.assertIn('right, by CPython', self.run_prompt(f'value f(5); {one_line}', '--check').stderr)
        self.assertIn('no answer to compare with', self.run_prompt(f'calls f(5); {one_line}', '--check').stderr)
        fib = 'value fib(7); def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)'
        self.assertEqual(self.run_prompt(fib).stdout, '13\n')

    def test_programs_that_do_not_end(self):
        again = 'def f(n): return 1 if n == 0 else f(n % 3 + 1)'
        self.assertEqual(self.run_prompt(f'ends f(3); {again}').stdout, 'no\n')
        self.assertEqual(self.run_prompt(f'repeats f(7); {again}').stdout, 'f(2)\n')
        result = self.trm('run', MODEL, f'value f(3); {again}')
        self.assertEqual((result.returncode, result.stdout), (1, '\n'))
        self.assertIn('never ends: f(', result.stderr)
        growing = self.trm('run', MODEL, 'ends f(10); def f(n): return f(n + 1)')
        self.assertEqual(growing.returncode, 1)
        self.assertEqual(growing.stdout, 'no sign of ending after 250 calls: f(n) is called with n + 1 each time, and no test of n lies ahead\n')
        limited = self.trm('run', MODEL, 'ends f(10); def f(n): return f(n + 1)', '--max-frames', '400')
        self.assertEqual((limited.returncode, limited.stdout), (1, '\n'))
        self.assertIn('no sign of an end after', limited.stderr)
        below = self.trm('run', MODEL, 'ends f(3); def f(n): return 1 if n == 0 else 1 + f(n - 2)', '--json')
        self.assertEqual(below.returncode, 1)
        said = json.loads(below.stdout)
        self.assertEqual(said['verdict'], 'no sign of ending')
        self.assertIn('f(n) is called with n - 2 each time', said['answer'])
        # 700 lies ahead for long, and is reached.
        far = self.run_prompt('ends f(1); def f(n): return 0 if n == 700 else f(n + 1)')
        self.assertEqual(far.stdout, 'yes\n')

    def test_a_loop_that_does_not_end(self):
        file = self.write('loop.py', 'def f(n):\n    while n > 0:\n        n = n % 5 + 1\n    return n\n')
        result = self.trm('run', MODEL, file, '--call', 'f(3)')
        self.assertEqual(result.returncode, 1)
        self.assertIn('never ends: loop in line 2', result.stderr)

    def test_the_trace(self):
        file = self.write('fact.py', FACT)
        lines = self.passes('run', MODEL, file, '--call', 'fact(2)', '--trace').stdout.splitlines()
        self.assertEqual(lines, ['fact(2)', '  fact(1)', '    fact(0)', '    fact(0) = 1', '  fact(1) = 1', 'fact(2) = 2', '2'])

    def test_the_page(self):
        file = self.write('fib.py', 'def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n\n# a <b> & "c"\n')
        page = self.path('out.html')
        self.assertEqual(self.passes('run', MODEL, file, '--call', 'fib(4)', '--html', page).stdout, '3\n')
        with open(page, encoding='utf-8') as read:
            text = read.read()
        calls = re.findall(r'<li data-parent="(-?\d+)" data-last="(\d+)" data-line="1" data-text="(fib\(\d\))" data-value="(\d)"', text)
        self.assertEqual(len(calls), 9)
        self.assertEqual(calls[0], ('-1', '8', 'fib(4)', '3'))
        self.assertIn(('0', '8', 'fib(2)', '1'), calls)
        self.assertIn('# a &lt;b&gt; &amp;', text)
        self.assertNotRegex(text, r'https?://')
        frames = json.loads(re.search(r'id="frames">(.*?)</script>', text)[1])
        self.assertEqual({call for call, _ in frames}, set(range(9)))
        self.assertEqual([word for word, *_ in frames[0][1]][:3], ['EVAL', 'X', 'END'])
        sure = [token[1] for _, tokens in frames for token in tokens if len(token) > 1]
        self.assertGreater(min(sure), 50)
        self.assertLessEqual(max(sure), 100)
        self.fails(4, ['--html', 'its folder does not exist'], 'run', MODEL, file, '--call', 'fib(1)', '--html', self.path('no/such/folder.html'))
        self.fails(2, ['--html', 'is for programs'], 'run', self.model('one'), 'fact 1', '--html', page)

    def test_json(self):
        file = self.write('fact.py', FACT)
        line = json.loads(self.passes('run', MODEL, file, '--call', 'fact(4)', '--json').stdout)
        self.assertEqual((line['answer'], line['verdict'], line['calls']), ('24', 'answered', 5))
        self.assertGreater(line['own_tokens'], 100)
        broken = self.write('broken.py', 'def f(n):\n    return 1 // n\n')
        self.assertEqual(json.loads(self.passes('run', MODEL, broken, '--call', 'f(0)', '--json').stdout)['error'],
                         'ZeroDivisionError')

    def test_memo(self):
        file = self.write('fib.py', 'def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n')
        line = json.loads(self.passes('run', MODEL, file, '--call', 'fib(40)', '--memo', '--json').stdout)
        self.assertEqual(line['answer'], '102334155')
        self.assertGreater(line['memo_hits'], 30)

    def test_numbers_and_lists_of_any_size(self):
        file = self.write('big.py', 'def gcd(a, b):\n    return a if b == 0 else gcd(b, a % b)\n')
        a, b = 2**83 * 3**20, 2**70 * 3**25
        self.assertEqual(self.passes('run', MODEL, file, '--call', f'gcd({a}, {b})', '--check').stdout, f'{2**70 * 3**20}\n')
        file = self.write('sum.py', 'def total(xs):\n    s = 0\n    for x in xs:\n        s += x\n    return s\n')
        self.assertEqual(self.passes('run', MODEL, file, '--call', f'total({list(range(120))})').stdout, f'{sum(range(120))}\n')

    def test_the_program_as_it_is_run(self):
        file = self.write('loop.py', 'def f(n):\n    s = 0\n    while n > 0:\n        s += n\n        n -= 1\n    return s\n')
        text = self.passes('run', MODEL, file, '--call', 'f(4)', '--source').stdout
        names = {}
        exec(text, names)  # pylint: disable=exec-used
        self.assertEqual(names['question'](), 10)

    def test_what_is_refused(self):
        def refused(program, *messages):
            self.fails(4, messages, 'run', MODEL, self.write('bad.py', program), '--call', 'f(1)')

        refused('def f(n):\n    xs = [n]\n    ys = xs\n    xs.append(2)\n    return ys\n', 'bad.py', 'line 4', 'append')
        refused('def f(n):\n    return n / 2\n', 'line 2', '//')
        refused('def f(n):\n    return {n: 1}\n', 'line 2')
        refused('def f(n:\n    return n\n', 'line 1')
        self.fails(4, ['line 1, column 2', 'never closed'], 'run', MODEL, self.write('fine.py', FACT), '--call', 'g(')
        self.fails(4, ['does not exist'], 'run', MODEL, self.path('nowhere.py'), '--call', 'f(1)')
        self.fails(4, ['asks nothing'], 'run', MODEL, self.write('fine.py', FACT))
        self.fails(4, ['begins with "nix"', 'value', 'fact, pow'], 'run', MODEL, 'nix 3')
        self.fails(4, ['has no call or no program'], 'run', MODEL, 'value f(3)')
        self.fails(2, ['there is no program'], 'run', MODEL, '--call', 'f(1)')
        self.fails(2, ['stands beside other words'], 'run', MODEL, 'a.py', 'b.py')

    def test_lists_that_change_are_as_in_cpython_or_refused(self):
        write = os.path.join(ROOT, 'tests/tasks/python/alias_programs.py')
        subprocess.run([sys.executable, '-B', write, self.path('.'), '60', '7'], check=True)
        right = refused = 0
        for index in range(60):
            result = self.trm('tasks', 'check', self.path(f'p{index}.py'), '--max-frames', '30000')
            with self.subTest(index=index):
                self.assertIn(result.returncode, (0, 4), result.stdout + result.stderr)
                self.assertNotIn('CPython says', result.stdout)
            right += result.returncode == 0
            refused += result.returncode == 4
        self.assertGreater(right, 15)
        self.assertGreater(refused, 15)

    def test_models_of_another_kind(self):
        file = self.write('fact.py', FACT)
        self.fails(4, ['is no model that runs programs'], 'run', self.model('one'), file, '--call', 'fact(3)')

    def test_frames_say_what_cpython_says(self):
        result = self.passes('tasks', 'check', *PROGRAMS, '--max-frames', '60000')
        self.assertNotIn('CPython says', result.stdout)
        self.assertGreater(len(PROGRAMS), 80)
        counts = json.loads(self.passes('tasks', 'check', '--random', '400', '--size', '8', '--max-frames', '100000',
                                        '--json').stdout)
        self.assertEqual(counts['decided'], counts['frames_agree'])
        self.assertGreater(counts['decided'], 350)

    def test_the_model_says_what_cpython_says(self):
        counts = json.loads(self.passes('tasks', 'check', '--random', '60', '--size', '5', '--seed', '5', '--model', MODEL,
                                        '--json').stdout)
        self.assertEqual((counts['model_exact'], counts['wrong_frames']), (counts['decided'], 0))

    def test_every_case_of_a_function(self):
        out = self.path('functions')
        result = self.passes('bench', '--suite', 'functions', '--model', MODEL, '--function', 'mac,addc', '--items', '1', '--out', out)
        self.assertRegex(result.stdout, r'mac +137\d\d +0\n')
        self.fails(2, ['"fact" is no function', 'eval', 'mac'], 'bench', '--suite', 'functions', '--model', MODEL, '--function', 'fact',
                   '--out', out)

    def test_check_finds_a_difference(self):
        # CPython counts a call of its own prints; what differs is told, with the exit status.
        file = self.write('lines.py', '# call: f(1)\ndef f(n):\n    return n\n')
        self.assertIn('agree with CPython in 1 of 1', self.passes('tasks', 'check', file).stdout)
        wrong = self.trm('tasks', 'check', file, '--model', self.model('one'))
        self.assertEqual(wrong.returncode, 4)
        self.fails(2, ['give programs or --random'], 'tasks', 'check')


if __name__ == '__main__':
    unittest.main()
