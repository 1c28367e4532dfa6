#!/usr/bin/env python3
"""Standard streams that are closed, full, or that nobody reads: messages are best effort, results are not."""

import contextlib
import fcntl
import json
import os
import pty
import shutil
import subprocess
import unittest

from support import TRM, CliTest
from test_train import SMALL


class Streams(CliTest):
    def run_with(self, args, out=subprocess.DEVNULL, err=subprocess.DEVNULL, closed=(), **options):
        def prepare():
            for descriptor in closed:
                os.close(descriptor)
        return subprocess.run([TRM, *args], stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=self.directory,
                              preexec_fn=prepare, timeout=60, **options)

    @contextlib.contextmanager
    def unwritable(self):
        """Name and descriptor of every kind of stream that takes nothing."""
        with contextlib.ExitStack() as stack:
            full = stack.enter_context(open('/dev/full', 'wb'))
            read, gone = os.pipe()
            os.close(read)
            terminal, hung_up = pty.openpty()
            os.close(terminal)
            read, stuck = os.pipe()
            fcntl.fcntl(stuck, fcntl.F_SETFL, os.O_NONBLOCK)
            with contextlib.suppress(BlockingIOError):
                while True:
                    os.write(stuck, b'x' * 65536)
            for descriptor in (gone, hung_up, read, stuck):
                stack.callback(os.close, descriptor)
            yield {'full device': full, 'reader gone': gone, 'terminal gone': hung_up, 'reader that does not read': stuck}

    def test_messages_that_cannot_be_written_change_nothing(self):
        commands = {('info', 'absent/m'): 4, ('run', self.model('one'), 'fact x'): 4, ('rum',): 2, (): 2,
                    ('tasks', 'gen', '--task', 'nope', '--slice', 'test'): 2}
        with self.unwritable() as streams:
            for args, status in commands.items():
                with self.subTest(args=args, stream='closed'):
                    self.assertEqual(self.run_with(args, closed=(2,)).returncode, status)
                for name, stream in streams.items():
                    with self.subTest(args=args, stream=name):
                        self.assertEqual(self.run_with(args, err=stream).returncode, status)

    def test_a_training_ends_with_its_model_whoever_listens(self):
        config = self.write('small.json', json.dumps(SMALL))
        self.passes('train', config, '--out', self.path('whole'), '--threads', '1')
        with open(self.path('whole/model.safetensors'), 'rb') as file:
            model = file.read()
        with self.unwritable() as streams:
            cases = [(name, {'err': stream}) for name, stream in streams.items()]
            cases += [('all closed', {'closed': (0, 1, 2)}), ('errors closed', {'closed': (2,)})]
            cases.append(('output gone', {'out': streams['reader gone']}))
            for number, (name, options) in enumerate(cases):
                with self.subTest(stream=name):
                    out = self.path(f'out{number}')
                    result = self.run_with(('train', config, '--out', out, '--threads', '1'), **options)
                    # What was asked for is done; the name of the model, the one result, may be lost.
                    self.assertEqual(result.returncode, {'all closed': 4, 'output gone': 141}.get(name, 0))
                    with open(out + '/model.safetensors', 'rb') as file:
                        self.assertEqual(file.read(), model)

    def test_results_that_cannot_be_written_are_an_error(self):
        for args in (('--version',), ('--help',), ('tasks', 'list'), ('info', self.model('one'))):
            with self.subTest(args=args):
                result = self.run_with(args, err=subprocess.PIPE, closed=(1,), text=True)
                self.assertEqual(result.returncode, 4)
                self.assertEqual(result.stderr, 'trm: error: standard output: cannot write: it is closed; fix: give it a '
                                                'file, a pipe or /dev/null\n')
                with open('/dev/full', 'wb') as full:
                    result = self.run_with(args, out=full, err=subprocess.PIPE, text=True)
                self.assertEqual(result.returncode, 4)
                self.assertEqual(result.stderr, 'trm: error: standard output: cannot write: No space left on device; fix: '
                                                'free some space or write to another disk\n')

    def test_a_full_device_ends_the_work_at_the_first_failed_write(self):
        many = ('tasks', 'gen', '--task', 'factorial', '--slice', 'train', '--items', '20000')
        with open('/dev/full', 'wb') as full:
            result = self.run_with(many, out=full, err=subprocess.PIPE, text=True)
        self.assertEqual(result.returncode, 4)
        self.assertEqual(result.stderr.count('No space left on device'), 1)

    def test_a_reader_that_has_seen_enough(self):
        prompts = self.write('prompts.txt', 'fact 3\n' * 2000)
        dear = self.write('dear.txt', 'fact 3\n' + 'fib 22\n' * 2000)  # all of them would take an hour
        boards = self.write('boards.txt', ('1 . . . . .\n' + '. . . . . .\n' * 5 + '\n') * 4000)
        gen = ('tasks', 'gen', '--items')
        for args in ((*gen, '20000', '--task', 'factorial', '--slice', 'train'),
                     # Slices that are not counted: all of their items would take minutes, if there are so many.
                     (*gen, '1000000', '--task', 'induction', '--slice', 'test'),
                     (*gen, '1000000', '--task', 'fibonacci', '--slice', 'test', '--seed', '3'),
                     (*gen, '1000000', '--task', 'list_sum', '--slice', 'test', '--difficulty', '1..2'),
                     ('run', self.model('one'), '--json', '--file', prompts),
                     ('run', 'trm-frames', '--file', dear), ('run', 'sudoku-6x6', '--puzzle', boards)):
            with self.subTest(args=args):
                with subprocess.Popen([TRM, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, cwd=self.directory) as process:
                    process.stdout.read(1)
                    process.stdout.close()
                    errors = process.stderr.read().decode()
                    self.assertEqual(process.wait(60), 141, errors)
                self.assertNotIn('error', errors)
                self.assertNotIn('standard output', errors)

    def test_files_do_not_take_the_place_of_closed_streams(self):
        items = self.path('items.jsonl')
        self.passes('tasks', 'gen', '--task', 'gcd', '--slice', 'test', '--items', '50', '--out', items)
        with open(items, 'rb') as file:
            wanted = file.read()
        for closed in ((0,), (2,), (0, 2), (0, 1), (0, 1, 2)):
            with self.subTest(closed=closed):
                other = self.path('other.jsonl')
                result = self.run_with(('tasks', 'gen', '--task', 'gcd', '--slice', 'test', '--items', '50', '--out', other),
                                       closed=closed)
                self.assertEqual(result.returncode, 0)
                with open(other, 'rb') as file:
                    self.assertEqual(file.read(), wanted)

    def test_children_of_a_program_without_streams(self):
        models = ['exact-solver'] + ['prolog'] * (shutil.which('swipl') is not None)
        drawings = []
        for name, closed in (('open', ()), ('closed', (0, 1)), ('quiet', (0, 1, 2))):
            result = self.run_with(('bench', '--model', ','.join(models), '--task', 'gcd', '--slice', 'test', '--items', '4',
                                    '--latency-items', '1', '--out', self.path(name)), closed=closed, err=subprocess.PIPE)
            self.assertEqual(result.returncode, 4 if closed else 0, result.stderr)
            with open(self.path(name + '/report.html')) as file:
                drawings.append(file.read().count('<svg'))
            with open(self.path(name + '/results.json')) as file:
                records = json.load(file)['records']
            self.assertEqual({record['model'] for record in records}, set(models))
        self.assertEqual(drawings, drawings[:1] * 3)  # none where there is no gnuplot

    def test_output_that_does_not_block_is_waited_for(self):
        read, write = os.pipe()
        fcntl.fcntl(write, fcntl.F_SETFL, os.O_NONBLOCK)
        process = subprocess.Popen([TRM, 'tasks', 'gen', '--task', 'gcd', '--slice', 'train', '--items', '2000'],
                                   stdin=subprocess.DEVNULL, stdout=write, stderr=subprocess.PIPE)
        os.close(write)
        with os.fdopen(read, 'rb') as file:
            self.assertEqual(file.read().count(b'\n'), 2000)
        self.assertEqual((process.wait(60), process.stderr.read()), (0, b''))
        process.stderr.close()


if __name__ == '__main__':
    unittest.main()
