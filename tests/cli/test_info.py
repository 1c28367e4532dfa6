#!/usr/bin/env python3
"""trm info: what it says of good models, and of files that are none."""

import json
import os
import shutil
import unittest

from support import CliTest, damaged_models


class Info(CliTest):
    def test_text(self):
        text = self.passes('info', self.model('one')).stdout
        for part in ('hash', 'vocabulary  0 1 2', 'hidden_size', 'training record', 'weights written by hand',
                     'embed_tokens.embedding_weight', '124 x 124', 'layer 0'):
            self.assertIn(part, text)

    def test_json(self):
        out = json.loads(self.passes('info', self.model('one'), '--json').stdout)
        self.assertEqual(out['family'], 'transformer')
        self.assertEqual(out['config']['hidden_size'], 124)
        self.assertEqual(len(out['vocabulary']), 124)
        self.assertEqual(out['training']['command'], 'weights written by hand')
        self.assertRegex(out['hash'], '^[0-9a-f]{16}$')
        sizes = {t['name']: t['shape'] for t in out['tensors']}
        self.assertEqual(sizes['embed_tokens.embedding_weight'], [124, 124])
        self.assertEqual(sum(g['tensors'] for g in out['groups']), len(out['tensors']))
        elements = 0
        for shape in sizes.values():
            product = 1
            for side in shape:
                product *= side
            elements += product
        self.assertEqual(sum(g['elements'] for g in out['groups']), elements)

    def test_training_configuration_in_the_record(self):
        with open(self.model('one'), 'rb') as f:
            good = f.read()
        size = int.from_bytes(good[:8], 'little')
        header = json.loads(good[8:8 + size])
        del header['__metadata__']['checksum']
        header['__metadata__']['training_config'] = json.dumps({'steps': 7}, indent=2)
        changed = json.dumps(header).encode()
        changed += b' ' * (-len(changed) % 8)
        file = self.write('recorded.safetensors', len(changed).to_bytes(8, 'little') + changed + good[8 + size:])
        self.assertEqual(json.loads(self.passes('info', file, '--json').stdout)['training']['training_config'],
                         {'steps': 7})
        self.assertIn('training_config        {"steps":7}\n', self.passes('info', file).stdout)

    def test_hash_follows_the_weights(self):
        hashes = {name: json.loads(self.passes('info', self.model(name), '--json').stdout)['hash']
                  for name in ('one', 'loop', 'words')}
        self.assertNotEqual(hashes['one'], hashes['loop'])
        self.assertEqual(hashes['one'], hashes['words'])

    def test_another_vocabulary_is_no_error_here(self):
        self.assertIn('vocabulary  zero 1', self.passes('info', self.model('words')).stdout)

    def test_bad_files(self):
        for name, file, message in damaged_models(self):
            with self.subTest(name):
                self.fails(4, ['error: ', message], 'info', file)

    def test_usage(self):
        self.fails(2, ['MODEL is required', 'see trm info --help'], 'info')
        self.fails(2, ['unexpected argument two of trm info'], 'info', 'one', 'two')

    def test_bare_names(self):
        root = self.path('root')
        models = os.path.join(root, 'bench', 'models')
        os.makedirs(models)
        shutil.copy(self.model('one'), os.path.join(models, 'bare.safetensors'))
        for folder in (root, models):
            for name in ('bare', 'bare.safetensors'):
                with self.subTest(folder=folder, name=name):
                    self.assertIn('bare.safetensors', self.passes('info', name, env={'TRM_MODELS': folder}).stdout)
        # Whose directory this is, nobody knows.
        self.fails(4, ['bare: no model of that name', 'TRM_MODELS'], 'info', 'bare', cwd=root)


if __name__ == '__main__':
    unittest.main()
