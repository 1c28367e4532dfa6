#!/usr/bin/env python3
"""Nothing from outside moves the cursor, recolours or retitles a terminal, or turns the order of letters."""

import json
import os
import pty
import re
import subprocess
import unittest

from support import TRM, CliTest
from test_train import SMALL

# Colours, a title, clearing; a single C1 control, an override of direction, a separator, DEL, a byte that is no UTF-8.
HOSTILE = 'x\x1b[31m\x1b]0;t\x07\x9b2J\u202ey\u2066\u2028\x7f\r\x08'
UNSAFE = re.compile('[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]')


def safetensors(metadata, tensors=None):
    header = json.dumps({'__metadata__': metadata, **(tensors or {})}).encode()
    return len(header).to_bytes(8, 'little') + header


class Escapes(CliTest):
    def commands(self):
        """Every place where a text from outside may come out again."""
        odd = self.path(HOSTILE.replace('/', ''))
        with open(odd, 'w') as file:
            file.write(HOSTILE)
        model = self.write('m.safetensors', safetensors({'format': HOSTILE}))
        tensor = self.write('t.safetensors', safetensors({}, {HOSTILE: {'dtype': 'F32', 'shape': [0], 'data_offsets': [0, 0]}}))
        with open(self.model('one'), 'rb') as file:
            good = file.read()
        length = 8 + int.from_bytes(good[:8], 'little')
        header = json.loads(good[8:length])
        tampered = []
        for field in ('encoding', 'tasks', 'note'):
            changed = json.dumps({**header, '__metadata__': {**header['__metadata__'], field: HOSTILE}}).encode()
            tampered.append(self.write(field + '.safetensors', len(changed).to_bytes(8, 'little') + changed + good[length:]))
        config = self.write('c.json', json.dumps({**SMALL, 'name': HOSTILE}))
        key = self.write('k.json', json.dumps({**SMALL, '\u202e\u0085': 1}))
        prompts = self.write('prompts.txt', HOSTILE.replace('\r', '') + '\n')
        arc = self.path('arc')
        os.makedirs(arc, exist_ok=True)
        with open(os.path.join(arc, '\x1b[31m.json'), 'w') as file:
            file.write('{')
        yield from (('info', odd), ('info', model), ('info', model, '--json'), ('info', tensor), ('convert', tensor, '-o', 'o'))
        for file in tampered:
            yield from (('info', file), ('info', file, '--json'), ('run', file, 'fact 3'), ('bench', '--model', file))
        yield from (('train', config, '--out', odd), ('train', config, '--dry-run'), ('train', key), ('train', odd),
                    ('train', self.write('s.json', json.dumps(SMALL)), '--dry-run', '--set', HOSTILE + '=1'))
        yield from (('run', self.model('one'), HOSTILE), ('run', self.model('one'), '--file', prompts), ('run', HOSTILE, 'fact 1'),
                    ('run', self.model('one'), '--json', '--file', prompts))
        yield from (('tasks', 'build', 'arc', '--training', arc, '--evaluation', arc, '--out', 'd'),
                    ('tasks', 'gen', '--task', HOSTILE, '--slice', 'test'), ('tasks', 'inspect', odd),
                    ('tasks', 'score', '--items', odd, '--predictions', odd), ('verify', odd))
        yield from ((HOSTILE,), ('--' + HOSTILE,), ('info', '--' + HOSTILE))

    def test_nothing_unsafe_comes_out(self):
        for args in self.commands():
            with self.subTest(args=args):
                result = subprocess.run([TRM, *args], stdin=subprocess.DEVNULL, capture_output=True, cwd=self.directory,
                                        timeout=60)
                for stream in (result.stdout, result.stderr):
                    self.assertIsNone(UNSAFE.search(stream.decode()))  # which also shows that it is UTF-8

    def test_environment_and_names_that_are_no_utf8(self):
        for args, env in ((('--version',), {'TRM_ISA': HOSTILE}), (('info', 'one'), {'TRM_MODELS': HOSTILE}),
                          (('train', '--list'), {'TRM_RECIPES': HOSTILE})):
            with self.subTest(args=args):
                result = self.trm(*args, env=env)
                self.assertEqual(result.returncode, 4)
                self.assertIsNone(UNSAFE.search(result.stderr))
                self.assertIn(r'x\x1b[31m', result.stderr)
        result = subprocess.run([TRM, 'info', b'caf\xe9/\xff'], capture_output=True, timeout=60)
        self.assertIn(r'caf\xe9/\xff: does not exist', result.stderr.decode())

    def test_results_in_every_format(self):
        """JSON stays the data that it is, but for bytes that are no UTF-8."""
        items = self.passes('tasks', 'gen', '--task', 'gcd', '--slice', 'test', '--items', '2').stdout.splitlines()
        predictions = self.write('p.jsonl', ''.join(json.dumps({'id': json.loads(line)['id'], 'answer': '1'}) + '\n'
                                                    for line in items))
        for form in ('csv', 'md', 'json'):
            with self.subTest(form):
                out = self.path('as-' + form)
                result = subprocess.run([TRM, 'bench', '--model', 'exact-solver', '--task', 'gcd', '--slice', 'test', '--items',
                                         '2', '--latency-items', '1', '--predictions', predictions, '--name', HOSTILE, '--out',
                                         out, '--format', form], capture_output=True, cwd=self.directory, timeout=60)
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertIsNone(UNSAFE.search((result.stdout + result.stderr).decode()))
                if form == 'json':
                    with open(out + '/results.json', 'rb') as file:
                        self.assertEqual(json.loads(result.stdout), json.load(file))

    def test_own_colours_stay_and_others_do_not(self):
        terminal, inner = pty.openpty()
        try:
            subprocess.run([TRM, 'info', 'x\x1b[31m/m'], env={'TERM': 'xterm'}, stderr=inner, stdin=subprocess.DEVNULL,
                           stdout=subprocess.DEVNULL, timeout=60)
            text = os.read(terminal, 4096).decode()
        finally:
            os.close(terminal)
            os.close(inner)
        self.assertEqual(text, 'trm: \x1b[31merror: \x1b[0mx\\x1b[31m/m: does not exist; fix: check the path\r\n')


if __name__ == '__main__':
    unittest.main()
