"""Runs the program under test: its path is in TRM, that of the model maker in MAKE_MODEL."""

import os
import signal
import subprocess
import tempfile
import unittest

TRM = os.environ['TRM']
MAKE_MODEL = os.environ['MAKE_MODEL']

# A shell ignores the second and third in its background jobs, nohup the first, and programs inherit that.
for _number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
    if signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, signal.SIG_DFL)


class CliTest(unittest.TestCase):
    """A directory of its own with the models of make_model.cc, and the program to run in it."""

    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.directory = cls.scratch.name
        subprocess.run([MAKE_MODEL, cls.directory], check=True)

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def path(self, name):
        return os.path.join(self.directory, name)

    def model(self, name):
        return self.path(name + '.safetensors')

    def write(self, name, content):
        with open(self.path(name), 'wb') as f:
            f.write(content if isinstance(content, bytes) else content.encode())
        return self.path(name)

    def trm(self, *args, env=None, stdout=subprocess.PIPE, cwd=None, preexec_fn=None, stdin=None):
        """stdin: what standard input holds, text or bytes; nothing without it."""
        own = ('TRM_ISA', 'TRM_MODELS', 'TRM_PROLOG', 'TRM_RECIPES', 'TRM_PEERS', 'TRM_PIN', 'TRM_DTYPE', 'NO_COLOR')
        variables = {k: v for k, v in os.environ.items() if k not in own}
        variables.update(env or {})
        given = (stdin or '').encode() if not isinstance(stdin, bytes) else stdin
        result = subprocess.run([TRM, *args], env=variables, input=given, stdout=stdout, stderr=subprocess.PIPE,
                                cwd=cwd or self.directory, preexec_fn=preexec_fn, timeout=60)
        text = None if result.stdout is None else result.stdout.decode()
        return subprocess.CompletedProcess(result.args, result.returncode, text, result.stderr.decode())

    def passes(self, *args, **options):
        result = self.trm(*args, **options)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def fails(self, status, messages, *args, **options):
        """The program ends with `status`; standard error holds each message; standard output holds nothing."""
        result = self.trm(*args, **options)
        self.assertEqual(result.returncode, status, (result.stdout or '') + result.stderr)
        for message in messages:
            self.assertIn(message, result.stderr)
        self.assertNotIn('\x1b', result.stderr)
        if options.get('stdout', subprocess.PIPE) == subprocess.PIPE:
            self.assertEqual(result.stdout, '')
        return result


def damaged_models(test):
    """Name, file and a piece of the message of every kind of bad model file."""
    with open(test.model('one'), 'rb') as f:
        good = f.read()
    header = int.from_bytes(good[:8], 'little')
    nan = bytearray(good)
    nan[-4:] = b'\x00\x00\xc0\x7f'
    return [
        ('missing', test.path('absent/model.safetensors'), 'absent/model.safetensors: '),
        ('directory', test.directory, test.directory + ': '),
        ('empty', test.write('empty.safetensors', b''), 'empty.safetensors: '),
        ('truncated header', test.write('header.safetensors', good[:8 + header // 2]), 'header.safetensors: '),
        ('truncated data', test.write('data.safetensors', good[:-4]), 'data.safetensors: '),
        ('trailing bytes', test.write('tail.safetensors', good + b'\0'), 'tail.safetensors: '),
        ('text', test.write('text.safetensors', 'just words\n'), 'text.safetensors: '),
        ('not UTF-8', test.write('utf8.safetensors', good[:20] + b'\xff' + good[21:]), 'utf8.safetensors: '),
        ('not a number', test.write('nan.safetensors', bytes(nan)), 'is not finite'),
        ('no format', test.write('other.safetensors', (2).to_bytes(8, 'little') + b'{}'), '__metadata__.format'),
    ]
