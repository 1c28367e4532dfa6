"""trm bench --suite speed as a user meets it: one workload, its table and its records; options that it has and has not."""

import json
import os
import unittest

from support import CliTest


# Answers for PyTorch without computing anything: of an MLP over positions in int8 nobody compares the numbers.
FAKE_PEER = '''
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    answer = {'ns': 7000000}
    if request['do'] == 'hello':
        answer = {'name': 'PyTorch', 'version': '0.1', 'kernels': 'none', 'step': ['int8'], 'training': []}
    print(json.dumps(answer), flush=True)
'''


class Speed(CliTest):
    def peers(self, script):
        """A folder with this script instead of PyTorch's, and one for ONNX Runtime that ends at once."""
        folder = self.path('peers')
        os.makedirs(folder, exist_ok=True)
        for name, content in (('pytorch.py', script), ('onnxruntime.mjs', 'process.exit(3);')):
            with open(os.path.join(folder, name), 'w') as file:
                file.write(content)
        return {'TRM_PEERS': folder, 'OMP_NUM_THREADS': '1'}

    def test_peers(self):
        out = self.path('peers_out')
        result = self.passes('bench', '--suite', 'speed', '--task', 'W3-mlp', '--dtype', 'int8', '--seconds', '0', '--threads', '1',
                             '--out', out, env=self.peers(FAKE_PEER))
        for part in ('peer: PyTorch 0.1, none', 'PyTorch / trm', 'fastest of all types', 'peak memory', 'goals: '):
            self.assertIn(part, result.stdout)
        self.assertIn('ONNX Runtime: left out', result.stderr)
        with open(os.path.join(out, 'results.json')) as file:
            results = json.load(file)
        samples = [s for s in results['samples'] if s['model'] == 'PyTorch']
        self.assertEqual([(s['task'], s['type'], s['threads'], s['values']) for s in samples], [('W3-mlp', 'int8', 1, [7000000])])
        self.assertEqual(results['environment']['peers'], 'PyTorch 0.1, none')
        self.assertIn('ONNX Runtime', results['environment']['left_out'])
        self.assertIn('PyTorch', {m['name'] for m in results['models']})

    def test_peer_that_is_not_installed(self):
        out = self.path('absent_out')
        absent = "for _ in __import__('sys').stdin: print('{\"absent\": \"no torch\"}', flush=True)\n"
        result = self.passes('bench', '--suite', 'speed', '--task', 'W3-mlp', '--dtype', 'int8', '--seconds', '0', '--threads', '1',
                             '--out', out, env=self.peers(absent))
        self.assertIn('is not installed: no torch; fix: ./tools/peers --only pytorch installs it', result.stderr)
        self.assertNotIn('peer: ', result.stdout)

    def test_variable_without_a_folder(self):
        self.fails(4, ['TRM_PEERS', 'is no folder', 'unset TRM_PEERS'], 'bench', '--suite', 'speed', '--task', 'W3', '--out',
                   self.path('never'), env={'TRM_PEERS': self.path('nowhere')})

    def test_shipped_model(self):
        result = self.passes('bench', '--suite', 'speed', '--task', 'sudoku-4x4', '--dtype', 'fp32', '--seconds', '0', '--threads',
                             '1', '--out', self.path('shipped_out'), env=self.peers(FAKE_PEER))
        self.assertIn('D64 L16 b1, MLP', result.stdout)

    def test_one_workload(self):
        out = self.path('speed')
        result = self.passes('bench', '--suite', 'speed', '--task', 'W3,decode-1', '--dtype', 'int8', '--seconds', '0', '--threads',
                             '1', '--seed', '5', '--out', out, env=self.peers('exit()'))
        for part in ('D128 L64 b1', 'int8', 'decode-1', 'tokens', f'results: {out}'):
            self.assertIn(part, result.stdout)
        with open(os.path.join(out, 'results.json')) as file:
            results = json.load(file)
        self.assertEqual(results['seeds'], [5])
        ours = {(r['task'], r['metric']) for r in results['records'] if r['model'] == 'trm'}
        self.assertLessEqual({('W3', 'step_p50_ns'), ('W3', 'gflop_per_s'), ('decode-1', 'tokens_per_s')}, ours)
        self.assertEqual({r['mode'] for r in results['records']}, {'int8, 1 thread'})
        # With oneDNN there is a ratio and its goal; without, the environment says why not.
        self.assertEqual('peer' in results['environment'], ('W3', 'ratio_to_onednn') in ours)
        self.assertNotEqual('peer' in results['environment'], 'oneDNN' in results['environment']['left_out'])
        for name in ('report.md', 'report.html'):
            with open(os.path.join(out, name)) as file:
                self.assertIn('D128 L64 b1', file.read())

    def test_wrong_names_and_options(self):
        for messages, args in ((['--task', '"W1-mpl"', 'did you mean W1-mlp?'], ['--task', 'W1-mpl']),
                               (['--task', 'factorial'], ['--task', 'factorial']),
                               (['--dtype'], ['--dtype', 'int4']),
                               (['--model: is no option of --suite speed'], ['--model', 'trm-frames']),
                               (['--items: is no option of --suite speed'], ['--items', '3']),
                               (['--latency-seconds: is no option of --suite speed'], ['--latency-seconds', '3'])):
            with self.subTest(args=args):
                self.fails(2, messages, 'bench', '--suite', 'speed', '--out', self.path('never'), *args)
        for args in (['--seconds', '3'],):
            with self.subTest(args=args):
                self.fails(2, [args[0] + ': is no option of --suite frames', '--suite speed'], 'bench', '--out',
                           self.path('never'), *args)
        self.assertFalse(os.path.exists(self.path('never')))


if __name__ == '__main__':
    unittest.main()
