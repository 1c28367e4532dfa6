"""The engine against the same models in PyTorch: logits, loss and gradients of the shipped models."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

RIVAL = os.environ['TRM_RIVAL']
SOURCE = os.environ['TRM_SOURCE']
SCRIPT = os.path.join(SOURCE, 'bench', 'baselines', 'pytorch_frames.py')


def python_with_torch():
    for python in (sys.executable, '/usr/bin/python3'):
        try:
            if subprocess.run([python, '-c', 'import torch'], capture_output=True, check=False).returncode == 0:
                return python
        except OSError:
            pass
    return None


PYTHON = python_with_torch()


def check(model, data):
    environment = dict(os.environ, OMP_NUM_THREADS='1')
    return subprocess.run([PYTHON, SCRIPT, 'check', model, data], capture_output=True, text=True, check=False,
                          env=environment)


class Parity(unittest.TestCase):
    def test_shipped_models(self):
        for name in ('trm-frames', 'transformer-frames'):
            with self.subTest(model=name), tempfile.TemporaryDirectory() as scratch:
                model = os.path.join(SOURCE, 'bench', 'models', name + '.safetensors')
                data = os.path.join(scratch, 'frames.safetensors')
                subprocess.run([RIVAL, 'prepare', model, data], check=True)
                result = check(model, data)
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
                errors = json.loads(result.stdout)['relative_errors']
                self.assertEqual(set(errors), {'logits', 'loss', 'gradient'})
                self.assertLess(max(errors.values()), 1e-4)

    def test_different_weights_are_noticed(self):
        with tempfile.TemporaryDirectory() as scratch:
            models = os.path.join(SOURCE, 'bench', 'models')
            data = os.path.join(scratch, 'frames.safetensors')
            model = os.path.join(models, 'transformer-frames.safetensors')
            subprocess.run([RIVAL, 'prepare', model, data], check=True)
            with open(model, 'rb') as file:
                content = bytearray(file.read())
            for at in range(len(content) - 4096, len(content), 4):  # signs of the last thousand weights
                content[at + 3] ^= 0x80
            changed = os.path.join(scratch, 'changed.safetensors')
            with open(changed, 'wb') as file:
                file.write(content)
            self.assertEqual(check(changed, data).returncode, 1)


if __name__ == '__main__':
    if PYTHON is None:
        print('no Python with torch is installed')
        sys.exit(77)  # skipped, by the convention of meson
    unittest.main()
