"""trm profile as a user meets it: a quick run and its files, one case alone, other machines, and what is refused. Nothing here is about
how long anything takes."""

import json
import os
import unittest
from html.parser import HTMLParser

from support import CliTest

PARTS = ('machine', 'clock', 'peaks', 'memory', 'threads', 'models', 'predicted', 'counters')


class Balanced(HTMLParser):
    """Elements that were opened and not closed."""

    VOID = {'meta', 'br', 'img', 'hr'}

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attributes):
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag


class Profile(CliTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.out = os.path.join(cls.directory, 'profile')
        test = cls()
        cls.run_result = test.passes('profile', '--quick', '--model', 'sudoku-4x4,' + test.model('one'), '--dtype', 'int8', '-o', cls.out,
                                     '--trace', os.path.join(cls.directory, 'trace.json'))
        with open(os.path.join(cls.out, 'profile.json')) as file:
            cls.text = file.read()
        cls.profile = json.loads(cls.text)

    def runTest(self):
        """So that setUpClass can make one."""

    def test_text(self):
        for part in PARTS + ('sudoku-4x4', 'int8', 'bounds', "trm profile --case '"):
            self.assertIn(part, self.run_result.stdout)
        self.assertNotIn('nan', self.run_result.stdout.lower())

    def test_json(self):
        own = self.profile['profile']
        self.assertEqual(own['version'], 2)
        limits = own['limits']
        for key in ('clocks', 'peaks', 'bandwidths', 'latencies', 'levels', 'rates'):
            self.assertTrue(limits[key], key)
        for figure in [c['ghz'] for c in limits['clocks']] + [p['ops_per_s'] for p in limits['peaks']]:
            self.assertGreaterEqual(len(figure['samples']), 3)
        self.assertEqual({m['model'] for m in own['models']}, {'sudoku-4x4', 'one'})
        kernels = [r for r in self.profile['records'] if r.get('kernel') == 'matmul']
        self.assertTrue(kernels)
        for record in kernels:
            self.assertTrue(record['shape'] and record['type'] and record['isa'] and record['threads'] == 1)
        self.assertTrue([s for s in self.profile['samples'] if s.get('kernel') == 'matmul' and len(s['values']) >= 3])
        missing = [i for i in own['instruction_sets'] if i['missing']]
        self.assertTrue(all(len(i['missing']) > 5 for i in missing))

    def test_page(self):
        with open(os.path.join(self.out, 'profile.html')) as file:
            page = file.read()
        parser = Balanced()
        parser.feed(page)
        self.assertEqual(parser.open, [])
        for part in ('Measured and predicted', 'Kernel by kernel', 'sudoku-4x4', 'prefers-color-scheme'):
            self.assertIn(part, page)
        page = page.replace('xmlns="http://www.w3.org/2000/svg"', '')
        for part in ('<script', 'http://', 'https://'):
            self.assertFalse(part in page, part)

    def test_trace(self):
        with open(self.path('trace.json')) as file:
            events = json.load(file)['traceEvents']
        self.assertTrue([e for e in events if e['name'] == 'matmul' and e['ph'] == 'X' and e['dur'] >= 0])
        self.assertTrue([e for e in events if e.get('cat') == 'region'])

    def test_case_alone(self):
        result = self.passes('profile', '--case', 'matmul m=5 n=7 k=9 bf16 generic')
        self.assertIn("trm profile --case 'matmul m=5 n=7 k=9 bf16 generic'", result.stdout)
        self.assertIn('GFLOP/s', result.stdout)

    def test_elsewhere(self):
        file = os.path.join(self.out, 'profile.json')
        result = self.passes('profile', '--from', file, '--what-if', 'l2=2MiB,peak.int8=2x,cores=8')
        self.assertIn('what if: l2=2MiB,peak.int8=2x,cores=8', result.stdout)
        self.assertIn('8 threads', result.stdout)
        # Beside itself the prediction is that of the profile.
        result = self.passes('profile', '--from', file, '--machine', file)
        self.assertIn('predicted from ' + file, result.stdout)
        self.assertIn('off what was measured there', result.stdout)
        self.assertIn('this shows the noise', result.stdout)
        # The same CPU with fewer instructions is another machine for the models.
        capped = self.path('capped')
        self.passes('profile', '--quick', '--model', 'sudoku-4x4', '--dtype', 'int8', '-o', capped, env={'TRM_ISA': 'generic'})
        result = self.passes('profile', '--from', file, '--machine', capped + '/profile.json')
        self.assertIn('Both profiles are of one kind of CPU', result.stdout)
        self.assertEqual(result.stdout.count('off what was measured there'),
                         4 if 'several threads' in result.stdout else 2)
        again = self.passes('profile', '--from', file, '-o', self.path('again'))
        with open(self.path('again/profile.json')) as copy:
            self.assertEqual(copy.read(), self.text)
        self.assertIn('models', again.stdout)

    def test_bad_input(self):
        file = os.path.join(self.out, 'profile.json')
        for messages, args in (
                (['no kernel is called "matmull"', 'did you mean matmul?'], ['--case', 'matmull m=1 n=1 k=1']),
                (['k is missing'], ['--case', 'matmul m=1 n=1']),
                (['does not run here'], ['--case', 'scale n=4 ' + ('neon' if os.uname().machine == 'x86_64' else 'avx2')]),
                (['no-such-model'], ['--quick', '--model', 'no-such-model']),
                (['did you mean W1-mlp?'], ['--quick', '--model', 'W1-mpl']),
                (['no field is called "l9"'], ['--from', file, '--what-if', 'l9=2x']),
                (['l2 needs a factor'], ['--from', file, '--what-if', 'l2=3GHz']),
                (['--trace', 'there is no folder'], ['--quick', '--trace', self.path('no/such/trace.json')]),
                (['absent.json'], ['--from', self.path('absent.json')]),
                (['absent.json'], ['--from', file, '--machine', self.path('absent.json')])):
            with self.subTest(args=args):
                out = [] if '--case' in args else ['-o', self.path('never')]
                self.fails(4, messages, 'profile', *out, *args)
        for name, text, message in (('empty', '', ''), ('truncated', self.text[:len(self.text) // 2], 'truncated.json'),
                                    ('other', '{"schema_version": 1}', 'this is no profile'),
                                    ('newer', self.text.replace('"version": 2', '"version": 3'), 'profile.version: is 3'),
                                    ('older', self.text.replace('"version": 2', '"version": 1'), 'profile.version: is 1'),
                                    ('nan', self.text.replace('"elapsed_s": ', '"elapsed_s": NaN, "x": ', 1), 'nan.json'),
                                    ('negative', self.text.replace('"elapsed_s": ', '"elapsed_s": -', 1), 'elapsed_s')):
            with self.subTest(file=name):
                bad = self.write(name + '.json', text)
                self.fails(4, [message], 'profile', '--from', bad)
                self.fails(4, [message], 'profile', '--from', file, '--machine', bad)
        blocked = self.write('blocked', 'a file')
        self.fails(4, ['--out'], 'profile', '--quick', '-o', blocked)
        self.assertFalse(os.path.exists(self.path('never/profile.json')))

    def test_usage(self):
        file = os.path.join(self.out, 'profile.json')
        for args in (['--dtype', 'int4'], ['--quick', '--from', file], ['--case', 'scale n=4', '--quick'], ['--no-such-option'],
                     ['--case', ''], ['--from', ''], ['--what-if', '', '--from', file], ['--machine', '', '--from', file],
                     ['--quick', '--model', 'W1,W1']):
            with self.subTest(args=args):
                self.fails(2, [], 'profile', *args)


if __name__ == '__main__':
    unittest.main()
