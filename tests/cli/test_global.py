#!/usr/bin/env python3
"""What holds for the whole program: help, version, unknown words, streams, the environment."""

import os
import pty
import subprocess
import unittest

from support import TRM, CliTest

COMMANDS = ('run', 'train', 'tasks', 'info', 'bench')


class Global(CliTest):
    def test_help(self):
        for args in (('--help',), ('-h',)):
            result = self.passes(*args)
            self.assertEqual(result.stderr, '')
            for command in COMMANDS:
                self.assertRegex(result.stdout, rf'\n  {command} ')
            self.assertIn('Exit status', result.stdout)

    def test_help_of_each_command(self):
        for command in COMMANDS:
            with self.subTest(command=command):
                result = self.passes(command, '--help')
                self.assertIn(f'Usage: trm {command} ', result.stdout)

        self.assertIn('Usage: trm tasks gen ', self.passes('tasks', 'gen', '--help').stdout)

    def test_no_command(self):
        result = self.trm()
        self.assertEqual(result.returncode, 2)
        self.assertEqual(result.stdout, '')
        self.assertIn('Usage', result.stderr)

    def test_version(self):
        text = self.passes('--version').stdout
        self.assertRegex(text, r'^trm \d+\.\d+\.\d+\n')
        for part in ('build type: ', 'compiler: ', 'cpu: ', '  generic  available', 'in use: '):
            self.assertIn(part, text)

    def test_isa_cap(self):
        self.assertIn('in use: generic\n', self.passes('--version', env={'TRM_ISA': 'generic'}).stdout)
        result = self.trm('--version', env={'TRM_ISA': 'avx1024'})
        self.assertEqual(result.returncode, 4)
        self.assertIn('TRM_ISA', result.stderr)
        self.assertIn('avx1024', result.stderr)
        self.assertIn('generic', result.stderr)
        self.assertNotIn('in use', result.stdout)

    def test_unknown_command(self):
        self.fails(2, ['unknown command rum of trm', 'did you mean run?'], 'rum', 'model')
        self.fails(2, ['unknown command taks of trm', 'did you mean tasks?'], 'taks')
        self.fails(2, ['unknown command xylophone of trm', 'see trm --help'], 'xylophone')
        self.fails(2, ['unknown command lst of trm tasks', 'did you mean list?'], 'tasks', 'lst')

    def test_unknown_flag(self):
        self.fails(2, ['unknown flag --versoin of trm', 'did you mean --version?'], '--versoin')
        self.fails(2, ['unknown flag --trase of trm run', 'did you mean --trace?'], 'run', 'm', 'fact 3', '--trase')
        self.fails(2, ['unknown flag --thread of trm run', 'did you mean --threads?'], 'run', '--thread=2', 'm', 'fact 3')
        self.fails(2, ['unknown flag --jsn of trm info', 'did you mean --json?'], 'info', '--jsn')
        self.fails(2, ['unknown flag -q of trm info'], 'info', '-q', 'm')

    def test_standard_output_that_cannot_be_written(self):
        with open('/dev/full', 'w') as full:
            self.fails(4, ['standard output', 'No space left'], '--version', stdout=full)
        read, write = os.pipe()
        os.close(read)
        with os.fdopen(write, 'w') as closed:
            result = self.trm('--help', stdout=closed)
            self.assertEqual((result.returncode, result.stderr), (141, ''))

    def on_a_terminal(self, env):
        """What the program writes to a terminal as standard error."""
        terminal, inner = pty.openpty()
        try:
            subprocess.run([TRM, 'info', self.path('absent/m')], env={'TERM': 'xterm', **env}, stderr=inner,
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=60)
            return os.read(terminal, 4096).decode()
        finally:
            os.close(terminal)
            os.close(inner)

    def test_colour(self):
        self.assertIn('\x1b[31merror: \x1b[0m', self.on_a_terminal({}))
        for env in ({'NO_COLOR': '1'}, {'TERM': 'dumb'}):
            self.assertIn('trm: error: ', self.on_a_terminal(env))
        self.assertNotIn('\x1b', self.trm('info', self.path('absent/m')).stderr)


if __name__ == '__main__':
    unittest.main()
