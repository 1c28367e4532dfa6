"""trm compare as a user meets it: files of five programs, two programs in pairs, histories, and bad input. Nothing here is judged by
a time that was measured: programs print results that are written down, or are only looked at for the form of their report."""

import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest

from support import TRM, CliTest


def google(times, name='BM_work', unit='us', **context):
    entries = [{'name': name, 'run_name': name, 'run_type': 'iteration', 'real_time': t, 'cpu_time': t, 'time_unit': unit}
               for t in times]
    return json.dumps({'context': {'num_cpus': 2, **context}, 'benchmarks': entries})


def results(samples, machine='CPU', answers=None, **environment):
    record = {'task': 'work', 'slice': '', 'model': 'm', 'mode': '', 'metric': 'rss_peak_bytes', 'unit': 'bytes', 'depth': -1,
              'value': 1000, 'n': 0}
    sets = [{'task': 'work', 'slice': '', 'model': 'm', 'mode': '', 'metric': 'latency_ns', 'unit': 'ns', 'values': samples}]
    if answers:
        sets.append({**sets[0], 'metric': 'exact_answer', 'unit': 'ratio', 'values': answers})
    return json.dumps({'schema_version': 1, 'title': 't', 'environment': {'machine': machine, **environment}, 'seeds': [0], 'models': [],
                       'records': [record], 'samples': sets, 'examples': []})


# Times with a spread of 1 %, written down.
SPREAD = [1 + 0.01 * ((7 * i) % 11 - 5) / 5 for i in range(24)]
OLD = [1000 * s for s in SPREAD]
SLOW = [1200 * s for s in reversed(SPREAD)]


class Compare(CliTest):
    def program(self, name, text):
        path = self.write(name, '#!/bin/sh\n' + text + '\n')
        os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)
        return path

    def compare(self, *args, **options):
        return self.trm('compare', *args, **options)


class Files(Compare):
    def test_verdicts_and_exit_statuses(self):
        old, slow = self.write('old.json', google(OLD)), self.write('slow.json', google(SLOW))
        noisy = self.write('noisy.json', google([1000 * (1 + 0.4 * s) for s in range(8)]))
        few = self.write('few.json', google(OLD[:3]))
        for status, words, new in ((0, 'Pass: none of 1 measurements', old), (1, 'Regressed: 1 of 1', slow),
                                   (3, 'Inconclusive', noisy), (3, 'too few samples: 3, and an interval needs 6', few)):
            with self.subTest(new=new):
                result = self.compare(old, new, '--all')
                self.assertEqual(result.returncode, status, result.stdout + result.stderr)
                self.assertIn(words, result.stdout)
        self.assertIn('1 is better', self.passes('compare', slow, old).stdout)
        # A threshold above the change lets it pass.
        self.passes('compare', old, slow, '--threshold', '30')
        # A second run of the old program tells the floor.
        self.assertIn('Noise floor of this machine', self.passes('compare', old, old, '--aa', old).stdout)

    def test_formats(self):
        old, slow = self.write('old.json', google(OLD)), self.write('slow.json', google(SLOW))
        out = json.loads(self.compare(old, slow, '--format', 'json').stdout)
        self.assertEqual((out['verdict'], out['exit_status'], out['rows'][0]['verdict']), ('regressed', 1, 'regressed'))
        self.assertAlmostEqual(out['rows'][0]['change'], 0.2, delta=0.02)
        bmf = json.loads(self.compare(old, slow, '--format', 'bmf').stdout)
        self.assertAlmostEqual(bmf['BM_work']['latency']['value'], 1.2e6, delta=2e4)
        again = self.write('again.json', self.compare(old, slow, '--format', 'google-benchmark').stdout)
        self.passes('compare', slow, again, '--across-machines')
        self.assertIn('| benchmark |', self.compare(old, slow, '--format', 'markdown').stdout)
        self.assertTrue(self.compare(old, slow, '--format', 'csv').stdout.startswith('benchmark,metric,unit,old,new,change'))
        folder = self.path('page')
        self.assertEqual(self.compare(old, slow, '-o', folder).returncode, 1)
        self.assertEqual(sorted(os.listdir(folder)), ['compare.html', 'compare.json', 'compare.md'])
        with open(os.path.join(folder, 'compare.html')) as file:
            page = file.read()
        for part in ('<!DOCTYPE html>', 'prefers-color-scheme', 'viewport', 'Regressed: 1 of 1'):
            self.assertIn(part, page)
        for part in ('<script', ' src=', 'href="http', 'url('):
            self.assertNotIn(part, page)
        self.compare(old, slow, '-o', self.path('one.md'))
        self.assertTrue(os.path.isfile(self.path('one.md')))

    def test_our_results(self):
        old = self.write('old.json', results(OLD, answers=[1] * 40))
        slow = self.write('new.json', results(OLD, answers=[0] * 12 + [1] * 28))
        result = self.compare(old, slow, '--all')
        self.assertEqual(result.returncode, 1)
        self.assertIn('exact_answer', result.stdout)
        out = json.loads(self.compare(old, slow, '--format', 'json').stdout)
        self.assertIn('same questions: 12 lost, 0 won', [row.get('method') for row in out['rows']])

    def test_one_side_only_is_listed(self):
        both = json.loads(google(OLD))
        both['benchmarks'] += json.loads(google(OLD, name='BM_more'))['benchmarks']
        result = self.compare(self.write('old.json', google(OLD)), self.write('more.json', json.dumps(both)))
        self.assertEqual(result.returncode, 0)
        self.assertIn('only in new', result.stdout)
        self.assertIn('BM_more', result.stdout)

    def test_criterion_and_hyperfine(self):
        for baseline, times in (('base', OLD), ('new', SLOW)):
            folder = self.path(f'criterion/group/{baseline}')
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, 'sample.json'), 'w') as file:
                json.dump({'sampling_mode': 'Flat', 'iters': [1] * len(times), 'times': times}, file)
        self.assertEqual(self.compare(self.path('criterion'), self.path('criterion')).returncode, 1)
        fine = [self.write(f'{i}.json', json.dumps({'results': [{'command': f'./{i}', 'times': [t / 1e6 for t in times]}]}))
                for i, times in enumerate((OLD, SLOW))]
        result = self.compare(*fine)
        self.assertEqual(result.returncode, 1)
        self.assertIn('"./0" is compared with "./1"', result.stdout)


class BadInput(Compare):
    def test_files(self):
        old = self.write('old.json', google(OLD))
        for messages, text in ((['bad.json: '], google(OLD)[:200]), (['bad.json: '], ''), (['holds no results'], '{"a": 1}'),
                               (['benchmarks[0].real_time', 'above zero'], google([0, 1])),
                               (['benchmarks[3].time_unit', 'is in ns, and in us before'],
                                google([1000] * 4).replace('"us"}]', '"ns"}]')),
                               (['benchmarks[1].real_time', 'above zero'], google([1, -1])),
                               (['bad.json'], google(OLD).replace('1000.0', 'NaN')),
                               (['schema_version', 'fix:'], results(OLD).replace('"schema_version": 1', '"schema_version": 7')),
                               (['no benchmark', 'BM_work'], google(OLD, name='BM_walk')),
                               (['another CPU', '--across-machines'], google(OLD, num_cpus=64)),
                               (['no unit of time'], google(OLD, unit='lines'))):
            with self.subTest(messages=messages):
                bad = self.write('bad.json', text)
                self.fails(4, messages, 'compare', old, bad, '-o', self.path('never'))
                self.assertFalse(os.path.exists(self.path('never')))
        self.fails(4, ['absent.json'], 'compare', old, self.path('absent.json'))
        mixed = json.loads(results(OLD))
        mixed['samples'][0]['unit'] = 's'
        self.fails(4, ['is in s, and in ns'], 'compare', self.write('a.json', results(OLD)), self.write('b.json', json.dumps(mixed)))

    def test_across_machines(self):
        old, other = self.write('old.json', results(OLD)), self.write('other.json', results(OLD, machine='another'))
        self.fails(4, ['another CPU'], 'compare', old, other)
        self.assertIn('Across machines', self.passes('compare', old, other, '--across-machines').stdout)

    def test_usage(self):
        old = self.write('old.json', google(OLD))
        for messages, args in ((['two results are missing'], []), (['second result'], [old]), (['one result too many'], [old, old, old]),
                               (['--threshold'], [old, old, '--threshold', '-1']), (['--threshold'], [old, old, '--threshold', 'five']),
                               (['--keep', '--run'], [old, old, '--keep', 'x']), (['--max-seconds'], [old, old, '--max-seconds', '3']),
                               (['--aa'], ['--run', 'true', 'true', '--aa', old]), (['--add', '--history'], [old, '--add']),
                               (['--baseline'], [old, '--update']), (['--format'], [old, old, '--format', 'xml']),
                               (['needs two programs'], ['--run', 'true'])):
            with self.subTest(args=args):
                self.fails(2, messages, 'compare', *args)


class Run(Compare):
    def test_results_that_programs_print(self):
        for name, times in (('old', OLD), ('slow', SLOW)):
            self.write(name + '.json', google(times))
            self.program(name, f'cat {self.path(name + ".json")}')
        keep = self.path('keep')
        args = ('--pairs', '8', '--aa-pairs', '8', '--keep', keep)
        result = self.compare('--run', self.path('old'), self.path('slow'), *args)
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertEqual(len(os.listdir(keep)), 2 + 16 + 16)
        # Raw results can be compared again.
        self.assertEqual(self.compare(os.path.join(keep, 'pair-001-old.json'), os.path.join(keep, 'pair-001-new.json')).returncode, 1)
        self.passes('compare', '--run', self.path('old'), self.path('old'), *args)

    def test_results_in_a_folder(self):
        self.write('r.json', results(OLD))
        program = self.program('tool', f'test "$1" = bench && test "$2" = --out && cp {self.path("r.json")} "$3/results.json"')
        result = self.compare('--run', program, program, '--pairs', '6', '--', 'bench')
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn('latency_ns', result.stdout)

    def test_a_whole_command(self):
        result = self.compare('--run', 'sh', 'sh', '--pairs', '6', '--aa-pairs', '6', '--all', '--', '-c', 'true')
        self.assertIn(result.returncode, (0, 1, 3))
        for part in ('wall_time_ns', 'rss_peak_bytes', "-c true"):
            self.assertIn(part, result.stdout)

    def stopped(self, number, program, *args):
        """The comparison of `program` with itself in a TMPDIR of its own, stopped once the program said so in its file."""
        temporary = tempfile.mkdtemp(dir=self.directory)
        process = subprocess.Popen([TRM, 'compare', '--run', program, program, *args], env={**os.environ, 'TMPDIR': temporary},
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + 60
        while not os.path.exists(self.path('reached')):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        process.send_signal(number)
        out, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, -number)
        self.assertEqual(os.listdir(temporary), [])
        with open(self.path('reached'), encoding='utf-8') as file:
            child = int(file.read())
        self.assertFalse(os.path.exists(f'/proc/{child}'))
        os.remove(self.path('reached'))
        return out

    def test_signals_leave_nothing_behind_and_keep_what_was_measured(self):
        # Runs 1 to 8 are two to warm up, one A/A pair and two pairs; the ninth waits, without end.
        count, reached = self.path('runs-till-signal'), self.path('reached')
        program = self.program('counting', f"""
            echo run >> '{count}'
            if [ $(wc -l < '{count}') -ge 9 ]; then echo $$ > '{reached}.part'; mv '{reached}.part' '{reached}'; exec sleep 600; fi
            echo '{results(OLD)}'""")
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number=number):
                out = self.stopped(number, program, '--aa-pairs', '1', '--pairs', '5', '-o', self.path('page'), '--', '{out}')
                self.assertIn('a signal ended the run after 2 of 5 pairs', out)
                with open(self.path('page/compare.json'), encoding='utf-8') as file:
                    kept = json.load(file)
                self.assertEqual(len(kept['rows'][0]['old_samples']), 2)
                self.assertEqual(kept['failures'], [])
                os.remove(count)

    def test_a_signal_before_the_first_pair(self):
        reached = self.path('reached')
        # It does not hear the request to end either.
        program = self.program('deaf', f"""
            trap '' TERM
            echo $$ > '{reached}.part'; mv '{reached}.part' '{reached}'
            exec sleep 600""")
        out = self.stopped(signal.SIGTERM, program)
        self.assertIn('a signal ended the run before the first pair', out)

    def test_crash_and_hang(self):
        good = self.program('good', f'cat {self.write("g.json", google(OLD))}')
        crash = self.program('crash', 'echo "the last words" >&2; kill -SEGV $$')
        result = self.compare('--run', good, crash, '--pairs', '6')
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        for part in ('signal 11', 'the last words', 'the new program failed'):
            self.assertIn(part, result.stdout)
        # In the middle of the run: the rest is kept.
        count = self.path('count')
        sometimes = self.program('sometimes', f'echo x >> {count}; test $(wc -l < {count}) = 4 && exit 3; cat {self.path("g.json")}')
        result = self.compare('--run', good, sometimes, '--pairs', '8', '--aa-pairs', '6', '--all')
        self.assertEqual(result.returncode, 1)
        self.assertIn('new, pair 3: ended with status 3', result.stdout)
        self.assertIn('pass', result.stdout)
        hang = self.program('hang', 'echo thinking >&2; sleep 100')
        result = self.compare('--run', good, hang, '--pairs', '6', '--timeout', '3')
        self.assertEqual(result.returncode, 1)
        self.assertIn('did not end within 3 s', result.stdout)
        self.fails(4, ['cannot be run'], 'compare', '--run', good, self.path('absent'))
        # Results that cannot be read, in the middle of the run: that run failed, and the others count.
        writes = self.program('writes', f"""
            echo x >> {self.path('written')}
            if [ $(wc -l < {self.path('written')}) = 5 ]; then echo bad > "$1/results.json"; else cp {self.path("g.json")} "$1/"; fi""")
        result = self.compare('--run', writes, writes, '--pairs', '6', '--aa-pairs', '6', '--all', '--', '{out}')
        self.assertIn(result.returncode, (0, 3))
        self.assertIn('left results that cannot be read', result.stdout)
        self.assertIn('BM_work', result.stdout)
        broken = self.program('broken', 'echo bad > "$1/results.json"')
        self.fails(4, ['is not JSON'], 'compare', '--run', broken, broken, '--pairs', '3', '--', '{out}')

    def test_places_that_cannot_be_written_are_told_before_the_work(self):
        slow = self.program('slow-one', f'touch {self.path("ran")}')
        blocked = self.write('blocked', 'a file')
        for out in (blocked + '/page', blocked + '/page.html', self.path('no/such/folder.html'), blocked):
            with self.subTest(out=out):
                self.fails(4, ['-o'], 'compare', '--run', slow, slow, '-o', out)
        for option in (['-o', ''], ['--keep', ''], ['--history', '']):
            with self.subTest(option=option):
                self.fails(2, ['is empty'], 'compare', '--run', slow, slow, *option)
        self.assertFalse(os.path.exists(self.path('ran')))


class History(Compare):
    def test_from_the_first_commit_to_a_regression(self):
        folder = self.path('history')
        for i in range(14):
            level = 1000 if i < 7 else 1200
            file = self.write('r.json', results([level * s * (1 + 0.002 * (i % 3)) for s in SPREAD]))
            self.passes('compare', file, '--history', folder, '--add', '--commit', f'commit{i}', '--date', f'2026-01-{i + 1:02}T00:00:00Z')
        self.assertEqual(len(os.listdir(folder)), 14)
        text = self.passes('compare', '--history', folder, '-o', self.path('history.html')).stdout
        self.assertIn('commit7', text)
        self.assertIn('+20 %', text)
        with open(self.path('history.html')) as file:
            self.assertIn('change point', file.read())
        out = json.loads(self.passes('compare', '--history', folder, '--format', 'json').stdout)
        self.assertEqual(len(out['commits']), 14)
        same, slow = self.write('same.json', results([1200 * s for s in SPREAD])), self.write('worse.json', results([1500 * s for s in SPREAD]))
        self.passes('compare', same, '--history', folder)
        self.assertEqual(self.compare(slow, '--history', folder).returncode, 1)
        # Thresholds of two files are learned from it.
        out = json.loads(self.compare(same, slow, '--history', folder, '--format', 'json').stdout)
        self.assertTrue(any(row.get('threshold_learned') for row in out['rows']))

    def test_dates(self):
        old, folder = self.write('old.json', google(OLD)), self.path('dated')
        for bad in ('yesterday', '2026-13-01', '2026-02-30', '2026-03-01T25:00', '2026-03-01T10:00:00+1', '20260301'):
            with self.subTest(bad=bad):
                self.fails(2, ['is no date'], 'compare', old, '--history', folder, '--add', '--commit', 'c', '--date', bad)
        self.assertFalse(os.path.exists(folder))
        # In the order of time, whatever the offset: the first of these is the later one.
        for commit, date in (('late', '2026-03-01T00:30:00-02:00'), ('early', '2026-03-01T01:00:00+01:00'), ('day', '2026-02-27')):
            self.passes('compare', old, '--history', folder, '--add', '--commit', commit, '--date', date)
        self.assertEqual(sorted(os.listdir(folder)), ['20260227T000000Z-day.json', '20260301T000000Z-early.json',
                                                      '20260301T023000Z-late.json'])

    def test_bad_histories(self):
        old = self.write('old.json', results(OLD))
        self.fails(4, ['absent'], 'compare', '--history', self.path('absent'))
        self.fails(2, ['--commit', 'git rev-parse'], 'compare', old, '--history', self.path('h'), '--add')
        os.makedirs(self.path('damaged'))
        self.write('damaged/a.json', '{"trm_history": 1, "commit"')
        self.fails(4, ['damaged/a.json'], 'compare', '--history', self.path('damaged'))


if __name__ == '__main__':
    assert TRM and sys.version_info
    unittest.main()
