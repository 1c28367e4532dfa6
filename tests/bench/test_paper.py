"""trm bench --suite paper as a user meets it: puzzle models on fresh puzzles and on data sets, ARC with its votes, errors."""

import json
import os
import shutil
import unittest

from support import CliTest

ARC = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'fixtures', 'arc')
SMALL = ['--set', 'model.hidden_size=16', '--set', 'model.num_heads=2', '--set', 'model.halt_max_steps=2', '--set',
         'model.H_cycles=1', '--set', 'model.L_cycles=1', '--set', 'model.L_layers=1', '--set', 'steps=1', '--set',
         'warmup_steps=0', '--set', 'batch_size=2', '--set', 'validation_samples=2', '--threads', '1']
FRESH = {'name': 'fresh', 'arch': 'trm', 'model': {'hidden_size': 16, 'puzzle_emb_ndim': 0, 'puzzle_emb_len': 0},
         'data': {'family': 'sudoku', 'size': 4, 'train': 8, 'test': 4}, 'steps': 1}


class Paper(CliTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        test = cls('small')
        config = test.write('fresh.json', json.dumps(FRESH))
        test.passes('train', config, *SMALL, '--out', test.path('fresh'))
        test.passes('tasks', 'build', 'sudoku', '--generate', '--train', '4', '--test', '6', '--out', test.path('nine'))
        test.passes('train', 'sudoku-att', *SMALL, '--set', 'model.puzzle_emb_ndim=16', '--data', test.path('nine'), '--out',
                    test.path('nine-run'))
        test.passes('tasks', 'build', 'arc', '--training', ARC + '/training', '--evaluation', ARC + '/evaluation', '--copies',
                    '2', '--out', test.path('arc'))
        test.passes('train', 'arc1', *SMALL, '--set', 'model.puzzle_emb_ndim=16', '--data', test.path('arc'), '--out',
                    test.path('arc-run'))
        cls.fresh, cls.nine, cls.arc = (test.path(name + '/model.safetensors') for name in ('fresh', 'nine-run', 'arc-run'))

    def small(self, out, *args):
        return self.passes('bench', '--suite', 'paper', '--latency-items', '3', '--threads', '1', '--out', self.path(out), *args)

    def records(self, out, **wanted):
        with open(self.path(out + '/results.json'), encoding='utf-8') as file:
            records = json.load(file)['records']
        return [r for r in records if all(r[key] == value for key, value in wanted.items())]

    def test_fresh_puzzles_of_the_kind_that_was_learnt(self):
        result = self.small('a', '--model', self.fresh, '--items', '20', '--seed', '3')
        self.assertIn('[2/2] latency sudoku 4x4: 3 puzzles one by one', result.stderr)
        self.assertEqual(sorted(os.listdir(self.path('a'))), ['report.html', 'report.md', 'results.json'])
        exact = self.records('a', metric='exact_answer')
        self.assertEqual({(r['task'], r['model'], r['mode'], r['n']) for r in exact},
                         {('sudoku 4x4', 'fresh', 'all steps', 20), ('sudoku 4x4', 'fresh', 'halting', 20)})
        self.assertEqual([r['depth'] for r in self.records('a', metric='exact_answer_by_step')], [1, 2])
        scores = self.records('a', metric='benchmark_score')
        self.assertEqual({r['mode'] for r in scores}, {'published'})
        with open(self.path('a/report.md'), encoding='utf-8') as file:
            report = file.read()
        self.assertIn('published, not measured here', report)
        self.assertIn('20 puzzles of the test split, near-copies of 1, generated with seed 3', report)
        # The suite's own default, not that of the frames.
        self.assertIn('at most 3 puzzles or 8 s', report)

    def test_two_runs_are_compared_question_by_question(self):
        for out, seed in (('d', '3'), ('e', '3'), ('f', '4')):
            self.small(out, '--model', self.fresh, '--items', '20', '--seed', seed)
        with open(self.path('d/results.json'), encoding='utf-8') as file:
            results = json.load(file)
        kept = {s['mode']: s['values'] for s in results['samples'] if s['metric'] == 'exact_answer'}
        self.assertEqual(set(kept), {'all steps', 'halting'})
        for exact in self.records('d', metric='exact_answer'):
            self.assertEqual(len(kept[exact['mode']]), exact['n'])
            self.assertAlmostEqual(sum(kept[exact['mode']]) / exact['n'], exact['value'])
        self.assertRegex(results['environment']['questions, sudoku 4x4'], '^[0-9a-f]{16}$')

        def methods(other):
            told = json.loads(self.trm('compare', self.path('d/results.json'), self.path(other + '/results.json'),
                                       '--format', 'json').stdout)
            return {row['method'] for row in told['rows'] if row['metric'] == 'exact_answer'}
        self.assertEqual(methods('e'), {'same questions: 0 lost, 0 won'})
        self.assertNotIn('same questions', str(methods('f')))

    def test_tries(self):
        result = self.small('t', '--model', self.nine, '--data', self.path('nine'), '--tries', '4,1,2,4')
        self.assertIn('tries of sudoku-att sudoku 9x9: ', result.stderr)
        self.assertIn(' with 4 tries', result.stderr)
        by_tries = self.records('t', metric='exact_answer_by_tries')
        self.assertEqual({r['mode'] for r in by_tries},
                         {'tries, q_halt', 'tries, agreement', 'tries, residual', 'tries, rules (oracle)'})
        self.assertEqual([r['depth'] for r in by_tries if r['mode'] == 'tries, q_halt'], [1, 2, 4])
        self.assertEqual({r['n'] for r in by_tries}, {6})
        self.assertEqual([r['slice'] for r in self.records('t', metric='time_per_puzzle_ns')],
                         ['1 try', '2 tries', '4 tries'])
        self.assertEqual([r['depth'] for r in self.records('t', metric='wrong_by_coverage', mode='4 tries')],
                         list(range(10, 101, 10)))
        # All but the time is the same for any number of threads.
        again = self.passes('bench', '--suite', 'paper', '--latency-items', '3', '--threads', '2', '--out', self.path('t2'),
                            '--model', self.nine, '--data', self.path('nine'), '--tries', '1,2,4')
        self.assertIn(' with 4 tries', again.stderr)
        for metric in ('exact_answer_by_tries', 'right_by_sureness', 'mean_tries', 'sure_and_wrong'):
            self.assertEqual(self.records('t', metric=metric), self.records('t2', metric=metric))
        with open(self.path('t/report.md'), encoding='utf-8') as file:
            self.assertIn('Exact answer by tries', file.read())
        self.fails(2, ['--tries: "0" is no number from 1 to 10000; fix: write numbers of tries, as 1,2,4,8'],
                   'bench', '--suite', 'paper', '--tries', '0', '--out', self.path('t3'))
        self.fails(2, ['--tries'], 'bench', '--tries', '2', '--out', self.path('t3'))

    def test_several_models_and_data_sets(self):
        self.small('b', '--model', f'{self.nine},{self.arc}', '--data', f'{self.path("nine")},{self.path("arc")}', '--submission')
        self.assertEqual({(r['task'], r['model']) for r in self.records('b', metric='exact_answer')},
                         {('sudoku 9x9', 'sudoku-att')})
        self.assertEqual({(r['task'], r['model']) for r in self.records('b', metric='exact_row')}, {('arc', 'arc1')})
        # Generated 9x9 boards are no Sudoku-Extreme, and two tasks are no ARC-AGI-1.
        self.assertEqual({r['mode'] for r in self.records('b', metric='benchmark_score')}, {'published'})
        self.assertEqual([r['slice'] for r in self.records('b', metric='arc_pass_trm')],
                         [f'pass@{k}' for k in (1, 2, 5, 10, 100, 1000)])
        hrm = self.records('b', metric='arc_pass_hrm')
        self.assertEqual([r['slice'] for r in hrm], [f'pass@{k}' for k in (1, 2, 10, 100, 1000)])
        self.assertEqual({r['n'] for r in hrm}, {2})
        with open(self.path('b/submission-arc1.json'), encoding='utf-8') as file:
            submission = json.load(file)
        self.assertEqual({task: len(pairs) for task, pairs in submission.items()}, {'00576224': 1, '6ea4a07e': 2})

    def test_a_few_boards_of_anyone_are_no_published_benchmark(self):
        # As the public builder leaves it, without a word on where the puzzles come from.
        shutil.copytree(self.path('nine'), self.path('foreign'), ignore=shutil.ignore_patterns('origin.json'))
        self.small('c', '--model', self.nine, '--data', self.path('foreign'), '--items', '4')
        self.assertEqual(self.records('c', metric='benchmark_score', mode='all steps'), [])
        self.assertEqual([r['n'] for r in self.records('c', metric='exact_answer')], [4, 4])

    def test_errors(self):
        out = ['--out', self.path('never')]
        for status, messages, args in (
                (4, ['one.safetensors: __metadata__.format', 'it is no puzzle model'], ['--model', self.model('one')]),
                (4, ['nine/test/dataset.json: fits no model: fresh has seq_len 16 and vocab_size 6, not 81 and 11'],
                 ['--model', self.fresh, '--data', self.path('nine')]),
                (4, ['fresh/model.safetensors: __metadata__.config: no data set fits: seq_len 16'],
                 ['--model', f'{self.fresh},{self.nine}', '--data', self.path('nine')]),
                (4, ['absent/test/dataset.json'], ['--model', self.fresh, '--data', self.path('absent')]),
                (4, ['absent.safetensors'], ['--model', './absent.safetensors']),
                (2, ['two models are called "fresh"'], ['--model', f'{self.fresh},{self.fresh}']),
                (2, ['--task: is no option of --suite paper'], ['--task', 'factorial']),
                (2, ['--slice: is no option of --suite paper'], ['--slice', 'test'])):
            with self.subTest(args=args):
                self.fails(status, messages, 'bench', '--suite', 'paper', *args, *out)
        for flag in (['--data', self.path('nine')], ['--submission']):
            with self.subTest(flag=flag):
                self.fails(2, [flag[0] + ': is no option of --suite frames'], 'bench', *flag, *out)
        self.fails(2, ['--suite'], 'bench', '--suite', 'papers', *out)
        self.assertFalse(os.path.exists(self.path('never')))


if __name__ == '__main__':
    unittest.main()
