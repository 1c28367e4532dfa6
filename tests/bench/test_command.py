"""trm bench as a user meets it: files, formats, exit statuses, messages."""

import csv
import fcntl
import io
import json
import os
import resource
import shutil
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
        result = self.small('three', '--task', 'factorial', '--slice', 'plain,test')
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

    def test_reports_of_two_runs_do_not_mix(self):
        self.small('held', '--task', 'factorial', '--slice', 'plain')
        before = self.read('held', 'results.json')
        with open(self.path('held/.trm-lock'), 'w', encoding='utf-8') as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            lock.write(f'process {os.getpid()} on here\n')
            lock.flush()
            for command in (['bench', '--model', 'exact-solver', '--items', '5'],
                            ['bench', '--from', self.path('held/results.json')]):
                self.fails(4, [f'{self.path("held")}: --out: is being written by process {os.getpid()} on here; fix: wait'],
                           *command, '--out', self.path('held'))
        self.assertEqual(self.read('held', 'results.json'), before)

    def test_all_slices_but_those_of_training(self):
        result = self.small('all', '--task', 'mutual,nested_expression', '--latency-seconds', '0')
        results = json.loads(self.read('all', 'results.json'))
        rows = {(r['task'], r['slice']) for r in results['records'] if r['metric'] == 'exact_answer'}
        self.assertEqual(rows, {('mutual', 'test'), ('mutual', 'plain'), ('mutual', 'depth_2x'), ('mutual', 'depth_8x'), ('mutual', 'beyond_counters'),
                                ('nested_expression', 'test'), ('nested_expression', 'depth_2x'),
                                ('nested_expression', 'depth_8x'), ('nested_expression', 'width_4x')})
        self.assertIn('[27/27]', result.stderr)

    def test_functions_case_by_case(self):
        result = self.trm('bench', '--suite', 'functions', '--model', self.model('one'), '--function', 'even,hanoi')
        self.assertEqual(result.returncode, 1)
        lines = result.stdout.splitlines()
        self.assertRegex(lines[0], '^function +frames +wrong +worst cells$')
        self.assertRegex(result.stdout, r'(?m)^even +\d+ +\d+  ')
        self.assertIn(' instead of ', result.stdout)
        result = self.trm('bench', '--suite', 'functions', '--model', self.model('one'), '--function', 'even',
                          '--format', 'json')
        self.assertEqual(result.returncode, 1)
        records = json.loads(result.stdout)['records']
        self.assertEqual(records[0]['slice'], 'even')
        self.assertEqual(records[0]['metric'], 'exact_frame_by_function')
        for args, said in ((('--task', 'gcd'), '--task: is no option of --suite functions'),
                           (('--function', 'evne'), '"evne" is no function'),
                           (('--format', 'md'), '--format: is no option of --suite functions')):
            with self.subTest(args=args):
                result = self.trm('bench', '--suite', 'functions', '--model', self.model('one'), *args)
                self.assertEqual(result.returncode, 2)
                self.assertIn(said, result.stderr)

    def test_every_task_without_a_choice(self):
        self.passes('bench', '--model', 'exact-solver', '--items', '2', '--latency-items', '1', '--latency-seconds', '0',
                    '--out', self.path('every'))
        results = json.loads(self.read('every', 'results.json'))
        answers = [r for r in results['records'] if r['metric'] == 'exact_answer']
        self.assertEqual(len({r['task'] for r in answers}), 16)
        self.assertEqual(len(answers), 54)
        steep = {('hanoi', 'depth_2x'), ('tak', 'depth_2x'), ('induction', 'steps_2x')}
        for r in answers:
            costly = r['slice'].endswith('_8x') or r['slice'] == 'beyond_counters' or (r['task'], r['slice']) in steep
            self.assertEqual((r['value'], r['n']), (1.0, 1 if costly else 2), r)

    def test_help_tells_the_defaults(self):
        text = self.passes('bench', '--help').stdout
        for part in ('(default: all but train and validation)', '(default: 100; suite paper: 1000)',
                     '(default: 1; suite paper: 8)',
                     '(default: trm-frames,transformer-frames,trm-trace,trm-answer,exact-solver,prolog, as far as '
                     'swipl works)'):
            self.assertIn(part, ' '.join(text.split()))
        self.passes('bench', '--model', 'exact-solver', '--task', 'hanoi', '--slice', 'test', '--latency-items', '1',
                    '--out', self.path('defaults'))
        results = json.loads(self.read('defaults', 'results.json'))
        self.assertEqual(results['environment']['items_per_slice'], '100')

    def test_formats_go_to_standard_output_alone(self):
        for name in ('json', 'md', 'csv'):
            with self.subTest(format=name):
                out = 'format_' + name
                result = self.small(out, '--task', 'fibonacci', '--slice', 'lucas', '--format', name)
                self.assertIn(f'results: {self.path(out)}', result.stderr)
                if name == 'json':
                    self.assertEqual(result.stdout, self.read(out, 'results.json'))
                elif name == 'md':
                    self.assertEqual(result.stdout, self.read(out, 'report.md'))
                else:
                    rows = list(csv.DictReader(io.StringIO(result.stdout)))
                    self.assertIn('exact_answer', {row['metric'] for row in rows})

    def test_reports_from_results_are_the_same_bytes(self):
        self.small('first', '--task', 'factorial', '--slice', 'plain')
        self.passes('bench', '--from', self.path('first/results.json'), '--out', self.path('second'))
        self.passes('bench', '--from', '-', '--out', self.path('third'), stdin=self.read('first', 'results.json'))
        for name in ('results.json', 'report.md', 'report.html'):
            self.assertEqual(self.read('first', name), self.read('second', name), name)
            self.assertEqual(self.read('first', name), self.read('third', name), name)

    def test_seed_and_threads_are_recorded(self):
        self.small('seeded', '--task', 'factorial', '--slice', 'test', '--seed', '7', '--threads', '3')
        results = json.loads(self.read('seeded', 'results.json'))
        self.assertEqual(results['seeds'], [7])
        self.assertEqual(results['environment']['threads'], '3')

    def test_unknown_names(self):
        for messages, args in (
                (['--task', 'did you mean factorial?'], ['--task', 'factorail']),
                (['--task', 'use one of factorial, power, list_sum'], ['--task', 'xyzzyxyzzy']),
                (['--slice', 'did you mean plain?'], ['--slice', 'plane']),
                (['--slice', '"lucas"'], ['--task', 'factorial', '--slice', 'lucas']),
                (['--slice', '"width_4x"'], ['--task', 'tak', '--slice', 'width_4x']),
                (['--model', 'did you mean exact-solver?'], ['--model', 'exact-solvr']),
                (['--model', 'did you mean transformer-frames?'], ['--model', 'transformer-frame']),
                (['--model', 'did you mean sudoku-4x4?'], ['--model', 'sudoku-4x5']),
                (['--model', 'did you mean sudoku-4x4?'], ['--model', 'sudoku-4x5', '--suite', 'paper']),
                (['--model', 'use one of ', 'exact-solver, prolog'], ['--model', 'xyzzyxyzzy']),
                (['--model', 'use one of '], ['--model', 'xyzzyxyzzy', '--suite', 'paper']),
                (['two models are called'], ['--model', 'exact-solver,exact-solver'])):
            with self.subTest(args=args):
                self.fails(2, messages, 'bench', '--out', self.path('unused'), *args)
        for suite in ('frames', 'paper'):
            for path in ('./absent.safetensors', 'absent.safetensors', 'no/such/model'):
                with self.subTest(path=path, suite=suite):
                    self.fails(4, [path], 'bench', '--model', path, '--suite', suite, '--out', self.path('unused'))

    def predictions(self, name, count, answer=lambda item: item['answer']):
        text = self.passes('tasks', 'gen', '--task', 'factorial', '--slice', 'plain', '--items', str(count)).stdout
        rows = [{'id': item['id'], 'answer': answer(item)} for item in map(json.loads, text.splitlines())]
        return self.write(name, ''.join(json.dumps(row) + '\n' for row in rows))

    def test_predictions_are_columns(self):
        short = self.predictions('short.jsonl', 3)
        wordy = self.predictions('wordy.jsonl', 12, lambda item: f"So it is {item['answer']}.")
        args = ('--task', 'factorial', '--slice', 'plain', '--predictions', short, '--name', 'gpt-x', '--predictions',
                wordy, '--name', 'other')
        for lenient, wordy_right in (([], 0.0), (['--lenient'], 1.0)):
            with self.subTest(lenient=lenient):
                result = self.small('predicted', *args, *lenient)
                self.assertIn('other: 7 of 12 predictions are for items that this run does not ask', result.stderr)
                self.assertNotIn('gpt-x: ', result.stderr)
                results = json.loads(self.read('predicted', 'results.json'))
                of = {(r['model'], r['metric']): r['value'] for r in results['records'] if r['depth'] < 0}
                self.assertEqual(of['gpt-x', 'exact_answer'], 0.6)
                self.assertEqual(of['gpt-x', 'items_not_predicted'], 2)
                self.assertEqual(of['other', 'exact_answer'], wordy_right)
                self.assertEqual({metric for model, metric in of if model == 'gpt-x'},
                                 {'exact_answer', 'items_not_predicted'})
                report = self.read('predicted', 'report.md')
                self.assertIn('| gpt-x', report)
                self.assertIn('tems not predicted', report)
        self.small('piped', *args[:4], '--predictions', '-', '--name', 'gpt-x', stdin=self.read('short.jsonl'))
        results = json.loads(self.read('piped', 'results.json'))
        self.assertEqual([r['value'] for r in results['records'] if r['depth'] < 0 and r['model'] == 'gpt-x'
                          and r['metric'] == 'exact_answer'], [0.6])

    def test_bad_predictions(self):
        good = self.predictions('good.jsonl', 2)
        bench = ('bench', '--model', 'exact-solver', '--task', 'factorial', '--slice', 'plain', '--out',
                 self.path('unused'))
        bad = self.write('bad.jsonl', '{"id":"factorial/plain/0/0","answer":"1"}\n{"id":\n')
        other = self.write('other.jsonl', '{"id":"factorial/plain/9/0","answer":"1"}\n')
        for status, messages, args in (
                (4, ['absent.jsonl'], ['--predictions', 'absent.jsonl', '--name', 'x']),
                (4, ['bad.jsonl: line 2'], ['--predictions', bad, '--name', 'x']),
                (4, ['standard input: holds no lines'], ['--predictions', '-', '--name', 'x']),
                (4, ['other.jsonl', 'no prediction for an item of this run'], ['--predictions', other, '--name', 'x']),
                (2, ['--name', '0 names for 1 files'], ['--predictions', good]),
                (2, ['--name', '1 names for 0 files'], ['--name', 'x']),
                (2, ['two models are called "exact-solver"'], ['--predictions', good, '--name', 'exact-solver']),
                (2, ['two models are called "x"'], ['--predictions', good, '--name', 'x', '--predictions', other,
                                                    '--name', 'x']),
                (2, ['--predictions', 'is no option of --suite paper'], ['--suite', 'paper', '--predictions', good,
                                                                         '--name', 'x'])):
            with self.subTest(args=args):
                args = args if '--suite' not in args else [*args]
                command = bench if '--suite' not in args else ('bench', '--out', self.path('unused'))
                self.fails(status, messages, *command, *args)

    def test_prolog(self):
        args = ('--task', 'tak,tree_traversal', '--slice', 'test')
        if shutil.which('swipl') is None:
            print('skipped: trm bench --model prolog: swipl is not installed')
            return
        self.passes('bench', '--model', 'prolog', '--items', '4', '--latency-items', '3', '--out', self.path('prolog'), *args)
        results = json.loads(self.read('prolog', 'results.json'))
        of = {(r['task'], r['metric']): r['value'] for r in results['records'] if r['depth'] < 0}
        for task in ('tak', 'tree_traversal'):
            self.assertEqual(of[task, 'exact_answer'], 1.0)
            self.assertGreater(of[task, 'latency_p50_ns'], 0)
            self.assertGreater(of[task, 'rss_peak_bytes'], 1 << 20)
        self.assertIn('SWI-Prolog ', results['models'][0]['description'])

    def test_without_swipl(self):
        empty = {'PATH': self.path('nowhere')}
        self.fails(4, ['prolog needs SWI-Prolog', 'apt-get install swi-prolog-nox'], 'bench', '--model', 'prolog', '--out',
                   self.path('unused'), env=empty)
        result = self.passes('bench', '--task', 'hanoi', '--slice', 'test', '--items', '1', '--latency-items', '1', '--out',
                             self.path('without'), env=empty)
        self.assertIn('left out: prolog: SWI-Prolog is not installed', result.stderr)
        results = json.loads(self.read('without', 'results.json'))
        self.assertEqual({m['name'] for m in results['models']},
                         {'trm-frames', 'transformer-frames', 'trm-trace', 'trm-answer', 'exact-solver'})
        self.assertEqual(results['environment']['left_out'], 'prolog: SWI-Prolog is not installed')
        self.assertIn('SWI-Prolog is not installed', self.read('without', 'report.md'))

    def program(self, folder, name, script):
        """A shell script called `name`, first in the PATH that comes back."""
        os.makedirs(self.path(folder), exist_ok=True)
        file = self.write(os.path.join(folder, name), f'#!/bin/sh\n{script}\n')
        os.chmod(file, 0o755)
        return {'PATH': self.path(folder) + ':' + os.environ['PATH']}

    def test_a_broken_swipl_is_left_out_unless_it_was_named(self):
        for number, (script, reason) in enumerate((
                ('exit 3', 'swipl ended with status 3'),
                ('read -r question; echo Welcome; cat', 'swipl says "Welcome" where its version should be'),
                ('sleep 1000 & exit 1', 'swipl ended with status 1'))):
            with self.subTest(script=script):
                env = self.program(f'broken{number}', 'swipl', script)
                result = self.passes('bench', '--task', 'mccarthy91', '--slice', 'test', '--items', '1', '--latency-items',
                                     '1', '--out', self.path('broken'), env=env)
                self.assertIn('prolog: left out: ', result.stderr)
                results = json.loads(self.read('broken', 'results.json'))
                self.assertNotIn('prolog', {r['model'] for r in results['records']})
                self.assertIn('trm-frames', {r['model'] for r in results['records']})
                self.assertIn(reason, results['environment']['left_out'])
                self.assertIn('swipl', self.read('broken', 'report.html'))
                self.fails(4, [reason, 'fix: run swipl on this file'], 'bench', '--model', 'prolog', '--task', 'mccarthy91',
                           '--slice', 'test', '--out', self.path('unused'), env=env)

    def test_a_gnuplot_without_end_costs_the_plots_alone(self):
        env = self.program('endless', 'gnuplot', 'exec yes')
        self.small('endless_out', '--task', 'factorial', '--slice', 'test,plain', env=env)
        page = self.read('endless_out', 'report.html')
        self.assertIn('This report has tables only', page)
        self.assertIn('gnuplot printed more than 16 MiB', page)
        self.assertNotIn('gnuplot', self.read('endless_out', 'report.md'))

    def test_an_output_that_cannot_be_written_is_found_before_the_work(self):
        bench = ('bench', '--model', 'exact-solver', '--task', 'hanoi', '--out')
        for name in ('results.json', 'report.md', 'report.html'):
            with self.subTest(folder=name):
                os.makedirs(self.path(f'in_the_way/{name}'))
                result = self.fails(4, ['--out', name, 'it is no file', 'fix: move it away'], *bench, self.path('in_the_way'))
                self.assertNotIn('[1/', result.stderr)
                os.rmdir(self.path(f'in_the_way/{name}'))
            with self.subTest(fifo=name):
                os.mkfifo(self.path(f'in_the_way/{name}'))
                self.fails(4, [name, 'it is no file'], *bench, self.path('in_the_way'))
                os.remove(self.path(f'in_the_way/{name}'))
        # Of suite paper, puzzles are made first.
        paper = ('bench', '--suite', 'paper', '--items', '3', '--out')
        os.makedirs(self.path('in_the_way/results.json'))
        result = self.fails(4, ['results.json: --out: cannot write there: it is no file'], *paper, self.path('in_the_way'))
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        os.rmdir(self.path('in_the_way/results.json'))
        self.fails(4, ['a-file: --out: cannot write there: it is no directory'], *paper, self.write('a-file', '') + '/deep/out')
        self.fails(4, ['--out: cannot write there: it is no directory'], *paper, '/dev/null')
        small_files = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
        result = self.fails(4, ['--out', 'ulimit -f'], *bench, self.path('in_the_way'), preexec_fn=small_files)
        self.assertNotIn('[1/', result.stderr)
        self.assertEqual(os.listdir(self.path('in_the_way')), [])

    def test_a_report_that_cannot_be_written_at_the_end_is_named_and_costs_no_other(self):
        place = self.path('late')
        self.small('late', '--task', 'factorial', '--slice', 'test', '--seed', '1')
        env = self.program('spoiling', 'gnuplot', f'rm -f {place}/report.html; mkdir -p {place}/report.html/x; exit 1')
        result = self.trm('bench', '--from', self.path('late/results.json'), '--out', place, env=env)
        self.assertEqual(result.returncode, 4, result.stderr)
        self.assertIn(f'{place}/report.html', result.stderr)
        self.assertIn('what is there is of an earlier run', result.stderr)
        self.assertNotIn('results: ', result.stderr + result.stdout)
        self.assertEqual(sorted(os.listdir(place)), ['report.html', 'report.md', 'results.json'])
        json.loads(self.read('late', 'results.json'))

    def test_results_that_lose_their_place_are_kept_elsewhere(self):
        place, rescued = self.path('lost'), self.path('rescued')
        os.makedirs(rescued)
        env = self.program('thief', 'swipl', f'mkdir -p {place}/results.json/x; while read -r q; do case $q in '
                           "prolog_version.) echo 'SWI-Prolog 9.0.4';; *) echo 91;; esac; done")
        result = self.trm('bench', '--model', 'prolog', '--task', 'mccarthy91', '--slice', 'test', '--items', '3',
                          '--latency-items', '1', '--out', place, env={**env, 'TMPDIR': rescued})
        self.assertEqual(result.returncode, 4, result.stderr)
        self.assertIn(f'{place}/results.json', result.stderr)
        self.assertEqual(sorted(os.listdir(place)), ['report.html', 'report.md', 'results.json'])
        [file] = os.listdir(rescued)
        self.assertIn(f'the results are in {rescued}/{file}', result.stderr)
        with open(os.path.join(rescued, file), encoding='utf-8') as text:
            self.assertEqual({r['model'] for r in json.load(text)['records']} - {'prolog'}, set())

    def test_the_record_tells_topology_and_pinning(self):
        run = ('--task', 'hanoi', '--slice', 'test', '--threads', '2')
        for env, options, topology, pinning in (
                ({}, ['--pin', 'off'], 'by ', 'off'),
                ({'TRM_PIN': 'on'}, ['--pin', 'off'], 'by ', 'off'),
                ({'TRM_PIN': '0'}, [], 'by ', 'off'),
                ({'HWLOC_SYNTHETIC': 'node:2 core:8 pu:2'}, [], 'by the kernel', 'auto: '),
                ({'HWLOC_XMLFILE': '/nonexistent', 'HWLOC_THISSYSTEM': '1'}, ['--pin', 'auto'], 'by the kernel', 'auto: ')):
            with self.subTest(env=env, options=options):
                result = self.small('told', *run, *options, env=env)
                facts = json.loads(self.read('told', 'results.json'))['environment']
                self.assertIn(topology, facts['topology'])
                self.assertTrue(facts['pinning'].startswith(pinning), facts['pinning'])
                self.assertEqual(facts['cpu_count'], str(os.cpu_count()))
                self.assertNotIn('hwloc', result.stderr)
        self.fails(4, ['TRM_PIN', '"maybe"', 'use auto, on or off'], 'bench', '--model', 'exact-solver', *run, '--out',
                   self.path('unused'), env={'TRM_PIN': 'maybe'})
        self.fails(2, ['--pin'], 'bench', '--pin', 'maybe', '--out', self.path('unused'))

    def test_each_suite_has_its_own_defaults(self):
        self.passes('bench', '--model', 'exact-solver', '--task', 'hanoi', '--slice', 'test', '--items', '2', '--out',
                    self.path('frames'))
        facts = json.loads(self.read('frames', 'results.json'))['environment']
        self.assertIn('at most 500 questions or 1 s', facts['latency_protocol'])

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
