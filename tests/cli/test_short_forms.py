#!/usr/bin/env python3
"""Short prompts of a model that runs programs: fact 300 and its kind, files and streams of them, --source, --explain, the benchmark."""

import json
import os
import unittest

from support import CliTest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MODEL = os.path.join(ROOT, 'bench/models/trm-programs.safetensors')


class ShortForms(CliTest):
    def test_answers_in_words(self):
        for prompt, answer in (('fact 30', '265252859812191058636308480000000'), ('gcd 1071 462', '21'), ('sum 1 2 -4', '-1'),
                               ('calc 2 * (3 + 4)', '14'), ('calc max(3, 4) + gcd(12, 18)', '10'), ('inorder (5 (3 . 12) 8)', '3 12 5 8'),
                               ('hanoi 2', 'ab ac bc'), ('even 7', 'no'), ('pow 2 100', str(2**100)), ('fact -1', 'ValueError'),
                               ('fib 200', '280571172992510140037611932413038677189525')):
            result = self.passes('run', MODEL, prompt, '--check')
            self.assertEqual(result.stdout, answer + '\n', prompt)
            self.assertIn('right, by CPython', result.stderr)

    def test_a_prompt_that_the_shell_took_apart(self):
        self.assertEqual(self.passes('run', MODEL, 'gcd', '12', '18').stdout, '6\n')
        self.assertEqual(self.passes('run', MODEL, 'fact 3', 'gcd 12 18').stdout, '6\n6\n')

    def test_files_and_streams(self):
        file = self.write('prompts.txt', 'fact 5\n\nvalue f(3); def f(n): return n + 1\n')
        self.assertEqual(self.passes('run', MODEL, '--file', file).stdout, '120\n4\n')
        items = self.passes('tasks', 'gen', '--task', 'gcd', '--slice', 'test', '--items', '4').stdout
        file = self.write('items.jsonl', items)
        predictions = self.write('predictions.jsonl', self.passes('run', MODEL, '--file', file, '--predictions').stdout)
        score = self.passes('tasks', 'score', '--items', file, '--predictions', predictions, '--format', 'json').stdout
        self.assertEqual(json.loads(score)['all']['right'], 4)
        stream = self.trm('run', MODEL, '--file', '-', stdin='fact 4\nnix\ncalc 2 + 3\n')
        self.assertEqual((stream.returncode, stream.stdout), (4, '24\n\n5\n'))
        self.assertIn('standard input: line 2: begins with "nix"', stream.stderr)
        self.fails(4, ['prompts.txt: line 2', 'B: is missing'], 'run', MODEL, '--file', self.write('prompts.txt', 'fact 1\ngcd 4\n'))
        self.fails(4, ['holds no prompts'], 'run', MODEL, '--file', self.write('empty.txt', '\n'))
        self.assertEqual(self.trm('run', MODEL, '--file', '-', stdin='').returncode, 4)

    def test_proofs_and_stories(self):
        prompts, lines = [], []
        with open(os.path.join(ROOT, 'tests/tasks/library/proofs.txt'), encoding='utf-8') as file:
            for block in file.read().split('### ')[1::9]:
                line, _, proof = block.partition('\n')
                prompts.append('proof ' + proof)
                lines.append(line)
        self.assertGreater(len(set(lines)), 3)
        self.assertEqual(self.passes('run', MODEL, *prompts).stdout.splitlines(), lines)
        story = 'ask Tom is older than Kim. Ann is younger than Kim. '
        result = self.passes('run', MODEL, story + 'Who is the oldest?', story + 'Is Ann older than Tom?', story + 'Is Kim older than Tom?', '--check')
        self.assertEqual(result.stdout, 'Tom\nno\nno\n')
        text = self.passes('run', MODEL, story + 'Who is the oldest?', '--explain').stdout
        self.assertIn('"Ann is younger than Kim." -> ', text)
        self.fails(4, ['prompt: story', 'not understood: "green"'], 'run', MODEL, 'ask Colourless green ideas sleep furiously. Who sleeps?')
        self.fails(4, ['prompt'], 'run', MODEL, 'proof Claim: k^k > 0')

    def test_the_source_is_python(self):
        text = self.passes('run', MODEL, 'calc med(7, 1, 9) + fact(4)', '--source').stdout
        printed = []
        exec(text, {'print': printed.append})  # pylint: disable=exec-used
        self.assertEqual(printed, [31])

    def test_explanations(self):
        text = self.passes('run', MODEL, 'fact 4', '--explain').stdout
        self.assertIn('fact(4, 1) waits for fact(3, 1), which waits for', text)
        self.assertIn('fact(0, 1) calls nothing: it is a base case, because n < 0 is false and n == 0 is true. It returns 1.', text)
        self.assertIn('fact(4, 1) returns 24', text)
        self.assertIn('at the deepest place 5 are open', text)
        self.assertTrue(text.endswith('24\n'))
        text = self.passes('run', MODEL, 'gcd 12 18', '--explain').stdout
        self.assertIn('gcd(12, 18) ends with the call of gcd(18, 12), then of gcd(12, 6), then of gcd(6, 0)', text)
        text = self.passes('run', MODEL, 'value f(5); def f(n): return n if n < 2 else f(n - 1) + f(n - 2)', '--explain').stdout
        self.assertIn('f(5) first calls f(4), and later f(3): the calls are a tree.', text)
        self.assertIn('f(1) is calculated 5 times', text)
        text = self.trm('run', MODEL, 'value f(5); def f(n): return f(n)', '--explain').stdout
        self.assertIn('so it never ends', text)
        self.fails(2, ['--explain', 'is for programs'], 'run', self.model('one'), 'fact 1', '--explain')

    def test_a_cache_that_the_program_asks_for(self):
        program = 'from functools import cache\n\n\n@cache\ndef fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n'
        line = json.loads(self.passes('run', MODEL, self.write('fib.py', program), '--call', 'fib(60)', '--json').stdout)
        self.assertEqual((line['answer'], line['memo_hits']), ('1548008755920', 58))

    def test_the_benchmark_asks_programs(self):
        out = self.path('out')
        self.passes('bench', '--model', MODEL, '--task', 'factorial,mutual,recursive_flow', '--slice', 'test', '--items', '4',
                    '--latency-items', '2', '--out', out)
        with open(os.path.join(out, 'results.json'), encoding='utf-8') as file:
            records = json.load(file)['records']
        exact = {record['task']: record['value'] for record in records if record['metric'] == 'exact_answer' and record.get('slice') == 'test'}
        self.assertEqual(exact, {'factorial': 1, 'mutual': 1, 'recursive_flow': 1})


if __name__ == '__main__':
    unittest.main()
