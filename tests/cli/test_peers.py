"""tools/peers: what it fetches, and what it says where something is missing. Nothing is fetched here: npm is a script."""

import os
import shutil
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PEERS = os.path.join(ROOT, 'tools', 'peers')
NEEDED = ('sh', 'dirname', 'cat', 'mkdir', 'rm', 'rmdir')  # what the script itself calls


class Peers(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = os.path.join(scratch.name, 'peers')
        self.bin = os.path.join(scratch.name, 'bin')
        os.mkdir(self.bin)
        for name in NEEDED:
            os.symlink(shutil.which(name), os.path.join(self.bin, name))

    def program(self, name, text):
        path = os.path.join(self.bin, name)
        with open(path, 'w') as file:
            file.write('#!/bin/sh\n' + text + '\n')
        os.chmod(path, 0o755)

    def run_peers(self, *args):
        return subprocess.run([PEERS, *args], env={'PATH': self.bin, 'TRM_ONNXRUNTIME': self.folder}, capture_output=True, text=True,
                              check=False, timeout=60)

    def version(self):
        try:
            with open(os.path.join(self.folder, 'onnxruntime.version')) as file:
                return file.read().strip()
        except OSError:
            return None

    def fails(self, status, messages, *args):
        result = self.run_peers(*args)
        self.assertEqual(result.returncode, status, result.stderr)
        for message in messages:
            self.assertIn(message, result.stderr)
        self.assertEqual(result.stdout, '')

    def test_fetches_once_and_removes(self):
        self.program('node', 'exit 0')
        self.program('npm', f'echo "$@" >>{self.bin}/calls; mkdir -p {self.folder}/node_modules')
        for _ in range(2):
            result = self.run_peers('--only', 'onnxruntime')
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn('onnxruntime-node@', result.stdout)
        with open(os.path.join(self.bin, 'calls')) as file:
            calls = file.read().splitlines()
        self.assertEqual(len(calls), 1)
        self.assertIn('--ignore-scripts', calls[0])
        self.assertIn(self.version(), calls[0])
        kept = os.path.join(self.folder, 'kept')
        with open(kept, 'w'):
            pass
        self.assertEqual(self.run_peers('--remove', '--only', 'onnxruntime').returncode, 0)
        self.assertEqual(os.listdir(self.folder), ['kept'])

    def test_what_is_missing(self):
        self.fails(4, ['there is no node in PATH', 'fix: '], '--only', 'onnxruntime')
        self.program('node', 'exit 0')
        self.fails(4, ['there is no npm in PATH'], '--only', 'onnxruntime')
        self.program('npm', 'echo "network is unreachable" >&2; exit 1')
        self.fails(4, ['network is unreachable', 'could not install onnxruntime-node', 'fix: check the network'], '--only',
                   'onnxruntime')
        self.assertIsNone(self.version())
        self.program('npm', 'exit 0')
        self.program('node', 'echo "wrong processor" >&2; exit 1')
        self.fails(4, ['wrong processor', 'does not start on this machine'], '--only', 'onnxruntime')
        self.assertIsNone(self.version())

    def test_wrong_options(self):
        self.fails(2, ['--only: "tensorflow" is no peer', 'pytorch or onnxruntime'], '--only', 'tensorflow')
        self.fails(2, ['--only: ""'], '--only')
        self.fails(2, ['unknown option --now'], '--now')

    def test_packages_that_cannot_be_installed(self):
        # A Debian system on which nothing is installed and nothing can be.
        for name in ('id',):
            os.symlink(shutil.which(name), os.path.join(self.bin, name))
        self.program('dpkg-query', 'exit 1')
        self.program('apt-get', 'exit 100')
        self.program('env', 'exit 100')
        self.program('sudo', 'exit 100')
        self.fails(4, ['could not install python3-torch', 'fix: check the network'], '--only', 'pytorch')


if __name__ == '__main__':
    unittest.main()
