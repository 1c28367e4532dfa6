#!/usr/bin/env python3
"""Too little memory is an error that says so, in the program as it ships: status 4, nothing aborts, nothing half written."""

import contextlib
import json
import os
import resource
import shutil
import subprocess
import unittest

from support import TRM, CliTest
from test_train import SMALL

MIB = 1 << 20


class Memory(CliTest):
    def limited(self, mebibytes, *args, kind=resource.RLIMIT_AS):
        def limit():
            resource.setrlimit(kind, (mebibytes * MIB, mebibytes * MIB))
        return subprocess.run([TRM, *args], stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=self.directory,
                              preexec_fn=limit, timeout=100)

    def refused(self, result):
        self.assertEqual(result.returncode, 4, result.stderr[-2000:])
        last = result.stderr.splitlines()[-1]
        self.assertTrue(last.startswith('trm: error: '), last)
        self.assertRegex(last, r'memory|bytes')
        self.assertIn('; fix: ', last)

    def test_sizes_of_a_configuration(self):
        config = self.write('small.json', json.dumps(SMALL))
        for setting in ('model.hidden_size=65536', 'model.intermediate_size=4194304', 'batch_size=1000000000',
                        'validation_samples=1000000000'):
            with self.subTest(setting):
                result = self.limited(1500, 'train', config, '--set', setting, '--out', self.path('big'), '--threads', '1')
                self.assertIn(result.returncode, (2, 4), result.stderr)  # some sizes are out of range anyway
                self.assertIn('; fix: ', result.stderr)
                self.assertFalse(os.path.exists(self.path('big/model.safetensors')))

    def test_what_the_system_refuses_is_told(self):
        config = self.write('small.json', json.dumps(SMALL))
        result = self.limited(1500, 'train', config, '--set', 'model.hidden_size=8192', '--out', self.path('huge'),
                              '--threads', '1')
        self.refused(result)
        self.assertRegex(result.stderr, r'training of this model: does not fit into memory: needs \d+ bytes, \d+ are available')
        self.assertIn('ulimit -v', result.stderr)

    def test_input_without_end(self):
        for args in (('tasks', 'score', '--items', '/dev/zero', '--predictions', '/dev/zero'),
                     ('run', self.model('one'), '--file', '/dev/zero'), ('train', '/dev/zero'), ('info', '/dev/zero')):
            with self.subTest(args=args):
                result = self.limited(500, *args)
                self.assertEqual(result.returncode, 4, result.stderr)
                self.assertNotEqual(result.stderr, '')

    def test_many_small_things(self):
        """Memory that ends in the middle of the work."""
        predictions = self.write('many.jsonl', ''.join('{"id": "%d", "answer": "1"}\n' % i for i in range(1000000)))
        items = self.path('items.jsonl')
        self.passes('tasks', 'gen', '--task', 'gcd', '--slice', 'test', '--items', '5', '--out', items)
        for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
            with self.subTest(kind):
                result = self.limited(200, 'tasks', 'score', '--items', items, '--predictions', predictions, kind=kind)
                self.refused(result)
                self.assertRegex(result.stderr, r'out of memory: \d+ bytes refused')

    def test_little_address_space(self):
        """From where the dynamic linker finds room on: the program works, or says that it has no memory."""
        seen = set()
        for mebibytes in (16, 20, 24, 28, 32, 36, 40, 44, 48, 56, 64, 80, 100, 150, 400):
            for args in (('--help',), ('run', self.model('one'), 'fact 3')):
                with self.subTest(mebibytes=mebibytes, args=args):
                    result = self.limited(mebibytes, *args)
                    if result.returncode == 127:  # the system could not even load the program
                        self.assertIn('error while loading shared libraries', result.stderr)
                        continue
                    seen.add(result.returncode)
                    self.assertIn(result.returncode, (0, 4), result.stderr)
                    if result.returncode == 4:
                        self.refused(result)
        self.assertEqual(seen, {0, 4})

    def test_a_model_that_cannot_be_mapped(self):
        size = os.path.getsize(self.model('one'))
        shutil.copy(self.model('one'), self.path('large.safetensors'))
        with open(self.path('large.safetensors'), 'r+b') as file:
            file.truncate(size + 1024 * MIB)
        result = self.limited(200, 'run', self.path('large.safetensors'), 'fact 3')
        self.refused(result)
        self.assertRegex(result.stderr, rf'large.safetensors: does not fit into memory: needs {size + 1024 * MIB} bytes \(free: ')
        self.assertIn('address space (ulimit -v): 200.0 MiB', result.stderr)
        self.assertIn('raise the limit (ulimit -v)', result.stderr)

    def test_a_container(self):
        group = own_group()
        if group is None:
            self.skipTest('memory groups may not be made here')
        config = self.write('small.json', json.dumps(SMALL))
        try:
            for setting in ('model.hidden_size=3072', 'model.intermediate_size=262144', 'batch_size=1000000'):
                with self.subTest(setting):
                    def enter():
                        with open(group + '/cgroup.procs', 'w') as file:
                            file.write('0')
                    result = subprocess.run([TRM, 'train', config, '--set', setting, '--out', self.path('contained'),
                                             '--threads', '1'], capture_output=True, text=True, cwd=self.directory,
                                            preexec_fn=enter, timeout=100)
                    self.refused(result)
        finally:
            os.rmdir(group)


def own_group(limit=200 * MIB):
    """A memory group of the limit (cgroup v2 or v1), or None."""
    for root, name in (('/sys/fs/cgroup', 'memory.max'), ('/sys/fs/cgroup/memory', 'memory.limit_in_bytes')):
        group = f'{root}/trm-test-{os.getpid()}'
        with contextlib.suppress(OSError):
            os.mkdir(group)
            try:
                if not os.path.exists(f'{group}/{name}'):
                    raise OSError
                with open(f'{group}/{name}', 'w') as file:
                    file.write(str(limit))
                return group
            except OSError:
                os.rmdir(group)
    return None


if __name__ == '__main__':
    unittest.main()
