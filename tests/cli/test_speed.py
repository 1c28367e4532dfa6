"""trm bench --suite speed as a user meets it: one workload, its table and its records; options that it has and has not."""

import json
import os
import unittest

from support import CliTest


class Speed(CliTest):
    def test_one_workload(self):
        out = self.path('speed')
        result = self.passes('bench', '--suite', 'speed', '--task', 'W3,decode-1', '--dtype', 'int8', '--seconds', '0', '--threads',
                             '1', '--seed', '5', '--out', out, env={'OMP_NUM_THREADS': '1'})
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
        self.assertNotEqual('peer' in results['environment'], 'left_out' in results['environment'])
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
