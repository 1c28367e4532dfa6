"""trm bench as a user meets it: files, formats, exit statuses, messages."""

import csv
import io
import json
import os
import unittest

from support import CliTest


class Bench(CliTest):
    def small(self, out, *args, **options):
        return self.passes('bench', '--model', self.model('one') + ',exact-solver', '--items', '5',
                           '--latency-items', '3', '--out', self.path(out), *args, **options)

    def read(self, *parts):
        with open(os.path.join(self.directory, *parts), encoding='utf-8') as file:
            return file.read()

    def test_writes_three_files_and_says_where(self):
        result = self.small('three', '--task', 'factorial', '--split', 'plain,test')
        self.assertEqual(result.stdout, f'results: {self.path("three")}\n')
        self.assertIn('[6/6]', result.stderr)
        self.assertEqual(sorted(os.listdir(self.path('three'))), ['report.html', 'report.md', 'results.json'])
        results = json.loads(self.read('three', 'results.json'))
        rows = {(r['task'], r['slice']) for r in results['records'] if r['metric'] == 'exact_answer'}
        self.assertEqual(rows, {('factorial', 'plain'), ('factorial', 'test')})
        self.assertEqual(results['environment']['items_per_slice'], '5')
        solver = [r for r in results['records'] if r['model'] == 'exact-solver' and r['metric'] == 'exact_answer']
        self.assertEqual([r['value'] for r in solver], [1.0, 1.0])
        self.assertIn('exact-solver', self.read('three', 'report.md'))
        self.assertTrue(self.read('three', 'report.html').startswith('<!DOCTYPE html>'))

    def test_all_slices_but_those_of_training(self):
        result = self.small('all', '--task', 'mutual,nested_expression', '--latency-seconds', '0')
        results = json.loads(self.read('all', 'results.json'))
        rows = {(r['task'], r['slice']) for r in results['records'] if r['metric'] == 'exact_answer'}
        self.assertEqual(rows, {('mutual', 'test'), ('mutual', 'plain'), ('mutual', 'depth_2x'), ('mutual', 'depth_8x'),
                                ('nested_expression', 'test'), ('nested_expression', 'depth_2x'),
                                ('nested_expression', 'depth_8x'), ('nested_expression', 'width_4x')})
        self.assertIn('[24/24]', result.stderr)

    def test_every_task_without_a_choice(self):
        self.passes('bench', '--model', 'exact-solver', '--items', '2', '--latency-items', '1', '--latency-seconds', '0',
                    '--out', self.path('every'))
        results = json.loads(self.read('every', 'results.json'))
        answers = [r for r in results['records'] if r['metric'] == 'exact_answer']
        self.assertEqual(len({r['task'] for r in answers}), 12)
        self.assertEqual(len(answers), 40)
        self.assertEqual({(r['value'], r['n'], r['slice'] == 'depth_8x') for r in answers}, {(1.0, 2, False), (1.0, 1, True)})

    def test_help_tells_the_defaults(self):
        text = self.passes('bench', '--help').stdout
        for part in ('(default: all but train and validation)', '--items N=100 ', 'Suite paper: 1000 if not given',
                     '(default: trm-frames,transformer-frames,exact-solver)'):
            self.assertIn(part, ' '.join(text.split()))
        self.passes('bench', '--model', 'exact-solver', '--task', 'hanoi', '--split', 'test', '--latency-items', '1',
                    '--out', self.path('defaults'))
        results = json.loads(self.read('defaults', 'results.json'))
        self.assertEqual(results['environment']['items_per_slice'], '100')

    def test_formats_go_to_standard_output_alone(self):
        for name in ('json', 'md', 'csv'):
            with self.subTest(format=name):
                out = 'format_' + name
                result = self.small(out, '--task', 'fibonacci', '--split', 'lucas', '--format', name)
                self.assertIn(f'results: {self.path(out)}', result.stderr)
                if name == 'json':
                    self.assertEqual(result.stdout, self.read(out, 'results.json'))
                elif name == 'md':
                    self.assertEqual(result.stdout, self.read(out, 'report.md'))
                else:
                    rows = list(csv.DictReader(io.StringIO(result.stdout)))
                    self.assertIn('exact_answer', {row['metric'] for row in rows})

    def test_reports_from_results_are_the_same_bytes(self):
        self.small('first', '--task', 'factorial', '--split', 'plain')
        self.passes('bench', '--from', self.path('first/results.json'), '--out', self.path('second'))
        for name in ('results.json', 'report.md', 'report.html'):
            self.assertEqual(self.read('first', name), self.read('second', name), name)

    def test_seed_and_threads_are_recorded(self):
        self.small('seeded', '--task', 'factorial', '--split', 'test', '--seed', '7', '--threads', '3')
        results = json.loads(self.read('seeded', 'results.json'))
        self.assertEqual(results['seeds'], [7])
        self.assertEqual(results['environment']['threads'], '3')

    def test_unknown_names(self):
        for messages, args in (
                (['--task', 'did you mean factorial?'], ['--task', 'factorail']),
                (['--task', 'use one of factorial, power, list_sum'], ['--task', 'xyzzyxyzzy']),
                (['--split', 'did you mean plain?'], ['--split', 'plane']),
                (['--split', '"lucas"'], ['--task', 'factorial', '--split', 'lucas']),
                (['--split', '"width_4x"'], ['--task', 'tak', '--split', 'width_4x']),
                (['--model', 'did you mean exact-solver?'], ['--model', 'exact-solvr']),
                (['two models are called'], ['--model', 'exact-solver,exact-solver'])):
            with self.subTest(args=args):
                self.fails(2, messages, 'bench', '--out', self.path('unused'), *args)
        self.fails(4, ['absent.safetensors'], 'bench', '--model', './absent.safetensors', '--out', self.path('unused'))

    def test_wrong_values(self):
        for args in (['--items', '0'], ['--items', 'many'], ['--format', 'pdf'], ['--threads', '-1'],
                     ['--from', 'a', '--task', 'factorial']):
            with self.subTest(args=args):
                self.fails(2, [], 'bench', *args)

    def test_places_that_cannot_be_written(self):
        file = self.write('file', 'text')
        for place in (file, file + '/inside'):
            with self.subTest(place=place):
                self.fails(4, ['--out', place], 'bench', '--model', 'exact-solver', '--out', place)
        self.assertEqual(self.read('file'), 'text')

    def test_bad_results(self):
        self.fails(4, ['absent.json'], 'bench', '--from', 'absent.json', '--out', self.path('unused'))
        bad = self.write('bad.json', '{"schema_version": 1}')
        self.fails(4, ['bad.json'], 'bench', '--from', bad, '--out', self.path('unused'))


if __name__ == '__main__':
    unittest.main()
