#!/usr/bin/env python3
"""trm convert: checkpoints of every published architecture to safetensors and back, value by value, and what is refused."""

import json
import os
import resource
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
import unittest
import zipfile

from support import TRM, CliTest
from torch_image import call, pickled, state, state_pickle, tensor, text, value as opcodes, write_sparse_zip, write_zip

FIXTURES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'fixtures')
sys.path.insert(0, FIXTURES)
from published import CASES, TRM as TRM_FIELDS, state_dict_of, value, yaml_of  # noqa: E402

PREFIX = '_orig_mod.'
SHIPPED = 'trm_att'
FORMATS = {'float32': 'F32', 'bfloat16': 'BF16', 'float16': 'F16'}


def read_safetensors(path):
    """Metadata, and type, shape and bytes of each tensor."""
    with open(path, 'rb') as file:
        data = file.read()
    length = int.from_bytes(data[:8], 'little')
    header = json.loads(data[8:8 + length])
    metadata = header.pop('__metadata__', {})
    body = data[8 + length:]
    return metadata, {name: (t['dtype'], t['shape'], body[slice(*t['data_offsets'])]) for name, t in header.items()}


def float32(index, shape):
    count = 1
    for size in shape:
        count *= size
    return struct.pack(f'<{count}f', *(value(index, i) for i in range(count)))


def python_with_torch():
    for python in (sys.executable, '/usr/bin/python3'):
        if subprocess.run([python, '-c', 'import torch'], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return python
    return None


class Checkpoints(CliTest):
    """One folder for each checkpoint, made with PyTorch where there is one; the shipped one is always there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.python = python_with_torch()
        root = os.path.join(cls.directory, 'checkpoints')
        if cls.python:
            subprocess.run([cls.python, '-B', os.path.join(FIXTURES, 'make_checkpoints.py'), root], check=True)
        shutil.copytree(os.path.join(FIXTURES, SHIPPED), os.path.join(root, 'shipped'))

    def checkpoint(self, name):
        folder = self.path(os.path.join('checkpoints', name))
        if not os.path.isdir(folder):
            self.skipTest(f'checkpoint {name}: no Python with PyTorch (python3-torch)')
        return os.path.join(folder, 'step_1')

    def check(self, name, case):
        step = self.checkpoint(name)
        model = self.path('model.safetensors')
        self.passes('convert', step, '-o', model, '--seq-len', str(case['seq_len']))
        metadata, tensors = read_safetensors(model)
        expected = {key.removeprefix(PREFIX): ('F32', list(shape), float32(index, shape))
                    for index, (key, shape, _) in enumerate(state_dict_of(case))}
        self.assertEqual(sorted(tensors), sorted(expected))
        for key, tensor in expected.items():
            self.assertEqual(tensors[key], tensor, key)
        self.assertEqual(metadata['format'], 'trm.cpp published 1')
        self.assertEqual(metadata['source'], 'step_1')
        self.assertRegex(metadata['source_hash'], '^[0-9a-f]{16}$')
        self.assertEqual(metadata['source_format'], 'torch legacy' if case.get('legacy') else 'torch zip')
        config = json.loads(metadata['config'])
        self.assertEqual(config['arch'], case['arch'])
        wanted = {'seq_len': case['seq_len'], 'vocab_size': case['vocab'], 'loss_type': 'stablemax_cross_entropy'}
        for key, text_of_field in case['fields'].items():
            wanted[key] = {'true': True, 'false': False}.get(text_of_field, text_of_field)
        self.assertEqual({key: config['model'][key] for key in wanted}, wanted)
        self.check_round_trip(step, model, case, expected)
        self.check_info(step, model, case)

    def check_round_trip(self, step, model, case, expected):
        for options, prefix in (([], ''), (['--prefix'], PREFIX)):
            published = self.path('published.safetensors')
            self.passes('convert', model, '--published', published, *options)
            metadata, tensors = read_safetensors(published)
            self.assertEqual(metadata, {'format': 'pt'})
            self.assertEqual(tensors, {prefix + key: tensor for key, tensor in expected.items()})
        again = self.path('again.safetensors')
        config = os.path.join(os.path.dirname(step), 'all_config.yaml')
        self.passes('convert', published, '-o', again, '--config', config, '--seq-len', str(case['seq_len']))
        self.assertEqual(read_safetensors(again)[1], expected)
        with open(config, encoding='utf-8') as f:
            self.passes('convert', published, '-o', again, '--config', '-', '--seq-len', str(case['seq_len']), stdin=f.read())
        self.assertEqual(read_safetensors(again)[1], expected)
        self.assertEqual(read_safetensors(again)[0]['config'], read_safetensors(model)[0]['config'])
        # The types of the checkpoint, bit by bit: they widen to the same values.
        self.passes('convert', step, '-o', again, '--seq-len', str(case['seq_len']), '--keep-dtype')
        kept = read_safetensors(again)[1]
        for key, shape, dtype in state_dict_of(case):
            self.assertEqual(kept[key.removeprefix(PREFIX)][:2], (FORMATS[dtype], list(shape)))
        self.passes('convert', again, '-o', published)
        self.assertEqual(read_safetensors(published)[1], expected)

    def check_info(self, step, model, case):
        out = json.loads(self.passes('info', step, '--json').stdout)
        self.assertEqual(out['arch'], case['arch'])
        self.assertEqual(out['compiled'], case['prefix'])
        self.assertEqual({t['name']: (t['shape'], t['type']) for t in out['tensors']},
                         {key: (list(shape), FORMATS[dtype]) for key, shape, dtype in state_dict_of(case)})
        table = case['ids'] * case['fields']['puzzle_emb_ndim']
        self.assertEqual(out['puzzle_table'], table)
        elements = 0
        for key, shape, _ in state_dict_of(case):
            if not key.endswith('_init'):
                product = 1
                for size in shape:
                    product *= size
                elements += product
        self.assertEqual(out['parameters'], elements - table)
        converted = json.loads(self.passes('info', model, '--json').stdout)
        self.assertEqual(converted['parameters'], out['parameters'])
        self.assertEqual(converted['config']['seq_len'], case['seq_len'])
        for part in (f'model       {case["arch"]}', 'seq_len', 'source_hash', 'model.inner.lm_head.weight'):
            self.assertIn(part, self.passes('info', model).stdout)


def add_case(name, case):
    setattr(Checkpoints, f'test_{name}', lambda self: self.check(name, case))


for case_name, made in CASES.items():
    add_case(case_name, made)
add_case('shipped', CASES[SHIPPED])


class Convert(CliTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        os.makedirs(os.path.join(cls.directory, 'run'))
        for name in ('step_1', 'all_config.yaml'):
            shutil.copy(os.path.join(FIXTURES, SHIPPED, name), os.path.join(cls.directory, 'run', name))
        shutil.copy(os.path.join(FIXTURES, SHIPPED, 'step_1'), os.path.join(cls.directory, 'bare'))

    STEP = os.path.join('run', 'step_1')
    TABLE = 'model.inner.puzzle_emb.weights'

    def table_row(self, row):
        index = [key for key, _, _ in state_dict_of(CASES[SHIPPED])].index(PREFIX + self.TABLE)
        return struct.pack('<2f', value(index, 2 * row), value(index, 2 * row + 1))

    def test_type_of_weights(self):
        out = os.path.join(self.directory, 'int8.safetensors')
        self.passes('convert', self.model('one'), '-o', out, '--dtype', 'int8')
        self.assertIn('int8', self.passes('info', out).stdout)
        self.assertEqual(self.passes('run', out, 'fact 1').stdout, '1\n')
        for dtype in ('auto', 'int3', ''):
            with self.subTest(dtype=dtype):
                self.fails(2, ['--dtype'], 'convert', self.model('one'), '-o', out + '2', '--dtype', dtype)
        self.assertFalse(os.path.exists(out + '2'))

    def test_smaller_files(self):
        self.passes('convert', self.STEP, '-o', 'f32', '--seq-len', '9')
        whole = read_safetensors(os.path.join(self.directory, 'f32'))[1]
        head = 'model.inner.lm_head.weight'
        for dtype, name, bytes_each in (('bf16', 'BF16', 2), ('int8', 'I8', 1)):
            with self.subTest(dtype=dtype):
                # From the checkpoint and from the converted model: the same bytes.
                self.passes('convert', self.STEP, '-o', dtype, '--seq-len', '9', '--dtype', dtype)
                metadata, tensors = read_safetensors(os.path.join(self.directory, dtype))
                self.assertEqual(metadata['weights'], dtype)
                self.assertEqual(tensors[head][:2], (name, whole[head][1]))
                self.assertEqual(len(tensors[head][2]), len(whole[head][2]) // 4 * bytes_each)
                self.assertEqual(tensors[self.TABLE], whole[self.TABLE])
                self.assertEqual(tensors['model.inner.q_head.weight'], whole['model.inner.q_head.weight'])
                self.assertEqual(head + '.scale' in tensors, dtype == 'int8')
                self.passes('convert', 'f32', '-o', 'again', '--dtype', dtype)
                self.assertEqual(read_safetensors(os.path.join(self.directory, 'again'))[1], tensors)
                # Kept, narrowed again, made wide, and given to others.
                self.passes('convert', dtype, '-o', 'kept', '--keep-dtype')
                self.assertEqual(read_safetensors(os.path.join(self.directory, 'kept'))[1], tensors)
                self.passes('convert', dtype, '-o', 'twice', '--dtype', dtype)
                self.assertEqual(read_safetensors(os.path.join(self.directory, 'twice'))[1], tensors)
                self.passes('convert', dtype, '-o', 'wide', '--dtype', 'fp32')
                wide = read_safetensors(os.path.join(self.directory, 'wide'))[1]
                self.assertEqual({key: value[:2] for key, value in wide.items()},
                                 {key: value[:2] for key, value in whole.items()})
                self.passes('convert', dtype, '--published', 'plain')
                plain = read_safetensors(os.path.join(self.directory, 'plain'))[1]
                self.assertEqual(set(plain), set(whole))
                self.assertEqual(plain[head][0], 'BF16' if dtype == 'bf16' else 'F32')
        self.passes('convert', self.STEP, '-o', 'said', '--seq-len', '9', '--dtype', 'int8', '--keep-dtype')
        metadata, tensors = read_safetensors(os.path.join(self.directory, 'said'))
        self.assertEqual((metadata['weights'], head + '.scale' in tensors), ('int8', False))
        # An answer has the same bits whatever the file holds.
        model = self.model('sudoku')
        answers = []
        for arguments in ((), ('--keep-dtype',)):
            self.passes('convert', model, '-o', 'm', '--dtype', 'int8', *arguments)
            answers.append(self.run_puzzle('m'))
        self.assertEqual(answers[0], answers[1])

    def run_puzzle(self, model):
        found = json.loads(self.passes('run', model, '--puzzle', self.write('p.txt', '1...\n..1.\n.3..\n2..3\n'), '--json',
                                       '--all-steps').stdout)
        return [(step['cells'], step['q_halt']) for step in found['steps']]

    def test_rows_of_the_puzzle_table(self):
        rows_file = self.write('rows.txt', '4\n0-1\n')
        for rows, ids, record in (('3', [3], '3'), ('0-4', [0, 1, 2, 3, 4], '0-4'), ('4,0-1', [4, 0, 1], '4,0-1'),
                                  (rows_file, [4, 0, 1], '4,0-1')):
            with self.subTest(rows):
                self.passes('convert', self.STEP, '-o', 'm.safetensors', '--seq-len', '9', '--rows', rows)
                metadata, tensors = read_safetensors(self.path('m.safetensors'))
                self.assertEqual(tensors[self.TABLE], ('F32', [len(ids), 2], b''.join(map(self.table_row, ids))))
                self.assertEqual(metadata['puzzle_rows'], record)
                self.assertEqual(json.loads(metadata['config'])['model']['num_puzzle_identifiers'], len(ids))
        piped = self.passes('convert', self.STEP, '-o', 'piped.safetensors', '--seq-len', '9', '--rows', '-', stdin='4\n0-1\n')
        self.fails(2, ['--rows: names standard input, as --config does'], 'convert', self.STEP, '-o', 'none.safetensors',
                   '--config', '-', '--rows', '-')
        self.assertEqual(piped.stdout, 'piped.safetensors\n')
        self.assertEqual(read_safetensors(self.path('piped.safetensors')), read_safetensors(self.path('m.safetensors')))
        # Rows of rows are recorded under their first ids, and told to who goes back.
        self.passes('convert', 'm.safetensors', '-o', 'two.safetensors', '--rows', '2,0')
        metadata, tensors = read_safetensors(self.path('two.safetensors'))
        self.assertEqual(metadata['puzzle_rows'], '1,4')
        self.assertEqual(tensors[self.TABLE][2], self.table_row(1) + self.table_row(4))
        self.passes('convert', 'two.safetensors', '--published', 'out.safetensors')
        self.assertEqual(read_safetensors(self.path('out.safetensors'))[0], {'format': 'pt', 'puzzle_rows': '1,4'})

    def test_rows_that_are_not_there(self):
        for rows, message in (('5', '--rows: row 5 does not exist: the table has 5; fix: rows are counted from 0'),
                              ('0-99999999999', '--rows: row 99999999999 does not exist'),
                              ('1,1', '--rows: row 1 is named twice'), ('3-1', '"3-1" is neither a row nor a range'),
                              ('0-4,0-4', '--rows: names more than 5 rows'), (',', '--rows: names no rows'),
                              (self.write('bad.txt', 'one'), '"one" is neither a row nor a range'),
                              ('absent.txt', 'absent.txt: does not exist')):
            with self.subTest(rows):
                self.fails(4, [message], 'convert', self.STEP, '-o', 'no.safetensors', '--seq-len', '9', '--rows', rows)
                self.assertFalse(os.path.exists(self.path('no.safetensors')))

    def test_options_in_place_of_a_configuration(self):
        every = {'--seq-len': '9', '--num-heads': '1', '--h-cycles': '3', '--l-cycles': '6', '--pos-encodings': 'rope',
                 '--puzzle-emb-len': '16'}
        words = [word for pair in every.items() for word in pair]
        self.passes('convert', 'bare', '-o', 'm.safetensors', *words)
        self.passes('convert', self.STEP, '-o', 'n.safetensors', '--seq-len', '9')
        self.assertEqual(read_safetensors(self.path('m.safetensors'))[1], read_safetensors(self.path('n.safetensors'))[1])
        self.assertEqual(read_safetensors(self.path('m.safetensors'))[0]['config'],
                         read_safetensors(self.path('n.safetensors'))[0]['config'])
        for flag in every:
            with self.subTest(flag):
                rest = [word for pair in every.items() if pair[0] != flag for word in pair]
                self.fails(4, ['bare: the tensors do not tell ', f'; fix: give {flag}'], 'convert', 'bare', '-o',
                           'm.safetensors', *rest)
        self.fails(4, ['the tensors do not tell num_heads, H_cycles, L_cycles, pos_encodings, puzzle_emb_len, seq_len; '
                       'fix: give --num-heads, --h-cycles, --l-cycles, --pos-encodings, --puzzle-emb-len, --seq-len (the '
                       'all_config.yaml of the run has all of them but --seq-len: see --config)'],
                   'convert', 'bare', '-o', 'm.safetensors')

    def test_options_come_before_the_file(self):
        self.passes('convert', self.STEP, '-o', 'm.safetensors', '--seq-len', '9', '--halt-max-steps', '64', '--l-cycles',
                    '4', '--arch', 'trm')
        config = json.loads(read_safetensors(self.path('m.safetensors'))[0]['config'])['model']
        self.assertEqual((config['halt_max_steps'], config['L_cycles'], config['H_cycles']), (64, 4, 3))

    def test_contradictions(self):
        fields = {**TRM_FIELDS, 'hidden_size': 2, 'num_heads': 1, 'puzzle_emb_ndim': 2}
        name = 'recursive_reasoning.trm@TinyRecursiveReasoningModel_ACTV1'
        for change, message in (({'hidden_size': 4}, 'c.yaml: arch.hidden_size: is 4, the tensors of bare have 2; fix: give '
                                 'the configuration of this checkpoint'),
                                ({'L_layers': 2}, 'c.yaml: arch.L_layers: is 2, the tensors of bare have 1'),
                                ({'puzzle_emb_ndim': 0}, 'arch.puzzle_emb_ndim: is 0, the tensors of bare have 2'),
                                ({'mlp_t': 'true'}, 'arch.mlp_t: is true, the tensors of bare have attention'),
                                ({'pos_encodings': 'learned'}, 'is learned, the tensors of bare have no embed_pos'),
                                ({'num_heads': 3}, 'arch.num_heads: is 3, which does not give the attention width 2'),
                                ({'expansion': 400}, 'arch.expansion: must be from 0.01 to 64.0, is 400'),
                                ({'hidden_size': 'wide'}, 'arch.hidden_size: must be a whole number, is a string')):
            with self.subTest(change):
                self.write('c.yaml', yaml_of(name, {**fields, **change}))
                self.fails(4, [message], 'convert', 'bare', '-o', 'm2.safetensors', '--seq-len', '9', '--config', 'c.yaml')
        self.write('c.yaml', yaml_of('hrm.hrm_act_v1@HierarchicalReasoningModel_ACTV1', fields))
        self.fails(4, ['c.yaml: arch.name: "hrm.hrm_act_v1@HierarchicalReasoningModel_ACTV1", but the tensors of bare are '
                       'those of trm'], 'convert', 'bare', '-o', 'm2.safetensors', '--seq-len', '9', '--config', 'c.yaml')
        self.fails(2, ['--arch: is "hrm", the tensors of run/step_1 are those of trm; fix: leave it out'], 'convert',
                   self.STEP, '-o', 'm2.safetensors', '--seq-len', '9', '--arch', 'hrm')
        self.fails(2, ['--num-heads: must be a whole number, is a string'], 'convert', self.STEP, '-o', 'm2.safetensors',
                   '--seq-len', '9', '--num-heads', 'many')
        self.assertFalse(os.path.exists(self.path('m2.safetensors')))

    def test_what_is_passed_over_is_said(self):
        fields = {**TRM_FIELDS, 'hidden_size': 2, 'num_heads': 1, 'puzzle_emb_ndim': 2, 'my_field': 7}
        self.write('c.yaml', yaml_of('models.mine@Mine', fields))
        result = self.passes('convert', 'bare', '-o', 'm.safetensors', '--seq-len', '9', '--config', 'c.yaml')
        self.assertIn('c.yaml: arch.my_field: is unknown and was passed over', result.stderr)
        self.assertIn('c.yaml: arch.name: "models.mine@Mine" is unknown; the tensors of bare are those of trm', result.stderr)

    def test_usage(self):
        self.fails(2, ['FILE is required'], 'convert')
        self.fails(2, ['give one of -o and --published'], 'convert', self.STEP)
        self.fails(2, ['give one of -o and --published'], 'convert', self.STEP, '-o', 'a', '--published', 'b')
        self.fails(2, ['--prefix requires --published'], 'convert', self.STEP, '-o', 'a', '--prefix')
        self.fails(4, ['absent: does not exist'], 'convert', 'absent', '-o', 'a')
        self.fails(4, ['absent.yaml: does not exist'], 'convert', self.STEP, '-o', 'a', '--config', 'absent.yaml')
        self.fails(4, ['__metadata__.format: is missing'], 'convert', self.write('plain.safetensors',
                   (2).to_bytes(8, 'little') + b'{}'), '--published', 'a')
        self.passes('convert', self.STEP, '-o', 'own.safetensors', '--seq-len', '9')
        self.fails(2, ['is converted already'], 'convert', 'own.safetensors', '-o', 'a', '--seq-len', '9')

    def test_a_file_that_wants_to_run_code(self):
        marker = self.path('ran')
        attack = b'\x80\x02' + call('os', 'system', b'(' + text(f'touch {marker}') + b't') + b'.'
        write_zip(self.path('attack'), attack, {})
        for command in (['convert', 'attack', '-o', 'a'], ['info', 'attack']):
            self.fails(4, ['attack: step/data.pkl at byte 2: global "os.system" is not allowed; fix: save only a state dict '
                           'with torch.save; never load this file with an unpickler'], *command)
        self.assertFalse(os.path.exists(marker))

    def test_damage(self):
        with open(self.path('bare'), 'rb') as file:
            good = file.read()
        with zipfile.ZipFile(self.path('bare')) as archive:
            header = max(archive.infolist(), key=lambda entry: entry.file_size).header_offset
        changed = bytearray(good)
        changed[header + 30 + sum(struct.unpack_from('<HH', good, header + 26))] ^= 1  # the first byte of a matrix
        self.write('flipped', bytes(changed))
        self.fails(4, ['flipped: step_1/data/', ' is damaged: its checksum is '], 'convert', 'flipped', '-o', 'a')
        self.fails(4, ['short: has no zip directory at its end'], 'convert', self.write('short', good[:-30]), '-o', 'a')
        write_zip(self.path('packed'), state_pickle([('w', 'float32', [1])]), {'0': bytes(4)}, method=zipfile.ZIP_DEFLATED)
        self.fails(4, ['is compressed (method 8)'], 'convert', 'packed', '-o', 'a')

    def test_other_tensors(self):
        write_zip(self.path('other'), state_pickle([('w', 'float32', [2, 3])]), {'0': bytes(24)})
        self.fails(4, ['other: has no tensor model.inner.embed_tokens.embedding_weight'], 'convert', 'other', '-o', 'a')
        self.assertIn('2 x 3', self.passes('info', 'other').stdout)
        self.assertNotIn('arch', json.loads(self.passes('info', 'other', '--json').stdout))
        layers = [(key, 'float64' if key.endswith('bias') else 'float32', list(shape))
                  for key, shape, _ in state_dict_of(CASES[SHIPPED])]
        sizes = {str(i): bytes((8 if dtype == 'float64' else 4) * max(1, shape[0] * (shape + [1])[1]))
                 for i, (_, dtype, shape) in enumerate(layers)}
        write_zip(self.path('run/wide'), state_pickle(layers), sizes)
        self.fails(4, ['q_head.bias: has type F64, which float32 cannot hold exactly; fix: save it as float32, or keep the '
                       'type with --keep-dtype'], 'convert', 'run/wide', '-o', 'a', '--seq-len', '9')
        self.passes('convert', 'run/wide', '-o', 'a', '--seq-len', '9', '--keep-dtype')


class Brought(CliTest):
    """Checkpoints as training programs leave them, and what people have in place of one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = CASES[SHIPPED]
        cls.write_file('c.yaml', case['yaml'].encode())
        cls.names = [(key.removeprefix(PREFIX), shape) for key, shape, _ in state_dict_of(case)]
        cls.storages = {str(i): float32(i, shape) for i, (_, shape) in enumerate(cls.names)}

    @classmethod
    def write_file(cls, name, data):
        with open(os.path.join(cls.directory, name), 'wb') as file:
            file.write(data)

    def model(self, rename=lambda name: name):
        return state([(rename(name), 'float32', list(shape)) for name, shape in self.names])

    def checkpoint(self, thing):
        write_zip(self.path('ckpt'), pickled(opcodes(thing)), self.storages)

    def converted(self, *options):
        """The notes of a conversion, whose values are checked."""
        result = self.passes('convert', 'ckpt', '-o', 'm.safetensors', '--seq-len', '9', '--config', 'c.yaml', *options)
        tensors = read_safetensors(self.path('m.safetensors'))[1]
        self.assertEqual(tensors, {name: ('F32', list(shape), float32(i, shape))
                                   for i, (name, shape) in enumerate(self.names)})
        return result.stderr

    def optimizer(self):
        return {'state': {0: {'step': 3, 'exp_avg': tensor('0', 'float32', list(self.names[0][1]))}},
                'param_groups': [{'lr': 0.1, 'params': [0]}]}

    def test_nested(self):
        for thing, name in (({'model': self.model(), 'optimizer': self.optimizer(), 'step': 7}, 'model'),
                            ({'epoch': 7, 'global_step': 9, 'pytorch-lightning_version': '2.5.0',
                              'state_dict': self.model(lambda n: 'model.' + n), 'optimizer_states': [self.optimizer()],
                              'hyper_parameters': {'lr': 0.1, 'path': 'data', 'args': call('argparse', 'Namespace', b')')},
                              'callbacks': {'ModelCheckpoint': {'best_model_score': tensor('0', 'float32', [])}}},
                             'state_dict'),
                            ({'train_state': {'model': self.model(lambda n: 'module._orig_mod.' + n)}},
                             'train_state.model')):
            with self.subTest(name):
                self.checkpoint(thing)
                self.assertIn(f'ckpt: the state dict "{name}" is taken', self.converted())
                info = json.loads(self.passes('info', 'ckpt', '--json').stdout)
                self.assertEqual(info['arch'], 'trm')

    def test_one_of_several(self):
        self.checkpoint({'model': self.model(), 'ema': {'shadow': self.model(lambda n: 'module.' + n), 'mu': 0.999}})
        message = ['ckpt: step/data.pkl at byte ', 'holds several state dicts: "model", "ema.shadow"; fix: name one with --state']
        self.fails(4, message, 'convert', 'ckpt', '-o', 'no.safetensors', '--seq-len', '9', '--config', 'c.yaml')
        self.fails(4, message, 'info', 'ckpt')
        self.assertFalse(os.path.exists(self.path('no.safetensors')))
        for name in ('model', 'ema', 'ema.shadow'):
            self.converted('--state', name)
            self.assertEqual(read_safetensors(self.path('m.safetensors'))[0]['source_state'], name)
            self.passes('info', 'ckpt', '--state', name)
        self.fails(4, ['has no state "best"'], 'info', 'ckpt', '--state', 'best')

    def test_prefixes(self):
        for prefix in ('module.', 'module._orig_mod.', '_orig_mod.module.', 'model.module.', 'model.'):
            with self.subTest(prefix):
                self.checkpoint(self.model(lambda n, prefix=prefix: prefix + n))
                self.assertIn(f'ckpt: names begin with "{prefix}model.inner.", which is read as model.inner.', self.converted())
                self.assertIn(f'(names begin with "{prefix}model.inner.")', self.passes('info', 'ckpt').stdout)
        self.checkpoint(self.model(lambda n: n.removeprefix('model.')))
        self.assertIn('names begin with "inner."', self.converted())

    def test_no_model_of_ours(self):
        self.checkpoint({'model': state([('net.lm_head.weight', 'float32', [2])])})
        self.fails(4, ['ckpt: has no tensor model.inner.embed_tokens.embedding_weight; the nearest that is there is '
                       'net.lm_head.weight'], 'convert', 'ckpt', '-o', 'a')

    def test_other_files(self):
        pointer = b'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1822205258\n'
        for data, message in ((pointer, 'is a Git LFS pointer to 1,822,205,258 bytes, not the file itself; fix: git lfs pull'),
                              (b'<!doctype html>\n<html>', 'is a web page (HTML)'), (b'Entry not found', 'is a server\'s answer'),
                              (b'GGUF\x03\0\0\0\0\0\0\0', 'is a GGUF file'), (b'\x1f\x8b\x08\0\0\0\0\0', 'is compressed by gzip'),
                              (b'{"metadata": {}, "weight_map": {"a": "x-1.safetensors", "b": "x-2.safetensors"}}',
                               'is the index of a checkpoint in 2 files: x-1.safetensors, x-2.safetensors'),
                              (b'\x08\x0a\x3a\xa4\x02\x0a\x13\x0a\x01x\x0a\x01w\x12\x01y' + b'\0' * 281, 'is an ONNX model'),
                              (b'{"a": 1, "b": 2}', 'is JSON, not a file of tensors'), (b'', 'is empty')):
            with self.subTest(message):
                self.write_file('foreign', data)
                for command in (['info', 'foreign'], ['convert', 'foreign', '-o', 'a'], ['run', './foreign', 'fact 5'],
                                ['tasks', 'score', '--items', 'foreign', '--predictions', 'foreign']):
                    if command[0] == 'tasks' and data[:1] in (b'{', b''):
                        continue
                    self.fails(4, [f'foreign: {message}'], *command)
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(self.path('socket'))
            for command in (['info', 'socket'], ['convert', 'socket', '-o', 'a'], ['run', './socket', 'fact 5']):
                self.fails(4, ['socket: is not a regular file but a socket; fix: copy its content to a file'], *command)
        os.mkdir(self.path('in-the-way'))
        self.fails(4, ['in-the-way: cannot be written: Is a directory'], 'convert', 'absent', '-o', 'in-the-way')
        self.write_file('all_config.html', b'<html>')
        self.checkpoint(self.model())
        self.fails(4, ['all_config.html: is a web page'], 'convert', 'ckpt', '-o', 'a', '--config', 'all_config.html')

    def test_models_of_ours(self):
        self.checkpoint(self.model())
        self.converted()
        metadata, tensors = read_safetensors(self.path('m.safetensors'))
        header = {'__metadata__': {'config': metadata['config']}}
        data = b''
        for name, (_, shape, raw) in tensors.items():
            header[name] = {'dtype': 'F32', 'shape': shape, 'data_offsets': [len(data), len(data) + len(raw)]}
            data += raw
        encoded = json.dumps(header).encode()
        self.write_file('no_format', len(encoded).to_bytes(8, 'little') + encoded + data)
        self.fails(4, ['no_format: __metadata__.format: is missing, though a configuration is inside; fix: convert the '
                       'checkpoint again, which writes the format "trm.cpp published 1"'], 'convert', 'no_format', '-o', 'a')

    def test_configuration_of_wandb(self):
        lines = CASES[SHIPPED]['yaml'].split('\n')
        at = lines.index('beta1: 0.9')
        section = ['arch:', '  desc: null', '  value:'] + ['  ' + line for line in lines[1:at]]
        self.write_file('config.yaml', '\n'.join(section + ['lr:', '  desc: null', '  value: 1', '']).encode())
        self.checkpoint(self.model())
        self.passes('convert', 'ckpt', '-o', 'w.safetensors', '--seq-len', '9', '--config', 'config.yaml')
        self.converted()
        self.assertEqual(read_safetensors(self.path('w.safetensors'))[0]['config'],
                         read_safetensors(self.path('m.safetensors'))[0]['config'])


class Memory(CliTest):
    """A puzzle table of 320 MiB goes through a program that may not have room for it."""

    ROWS = 5 << 23
    TABLE = 'model.inner.puzzle_emb.weights'
    PEAK = 64 << 20
    ADDRESSES = 512 << 20  # the mapping of the file, and 192 MiB for all else

    def limited(self, *args):
        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (self.ADDRESSES, self.ADDRESSES))

        with open(self.path('out'), 'wb') as out, open(self.path('err'), 'wb') as err:
            process = subprocess.Popen([TRM, *args], cwd=self.directory, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                       preexec_fn=limit)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        with open(self.path('err'), encoding='utf-8') as err:
            self.assertEqual(process.returncode, 0, err.read())
        self.assertLess(usage.ru_maxrss << 10, self.PEAK)

    def large(self, folder):
        case = {**CASES[SHIPPED], 'ids': self.ROWS}
        tensors = [(key, 'bfloat16' if key.endswith('_init') else 'float32', list(shape))
                   for key, shape, _ in state_dict_of(case)]
        sizes = {}
        for i, (_, dtype, shape) in enumerate(tensors):
            sizes[str(i)] = (2 if dtype == 'bfloat16' else 4) * shape[0] * (shape + [1])[1]
        os.makedirs(self.path(folder))
        write_sparse_zip(self.path(folder + '/step_1'), state_pickle(tensors), sizes)
        self.write(folder + '/all_config.yaml', case['yaml'])

    def test_peak(self):
        self.large('big')
        self.limited('info', 'big/step_1')
        self.limited('convert', 'big/step_1', '-o', 'few.safetensors', '--seq-len', '9', '--rows', f'0,5,{self.ROWS - 1}')
        self.assertEqual(read_safetensors(self.path('few.safetensors'))[1][self.TABLE], ('F32', [3, 2], bytes(24)))
        self.limited('convert', 'big/step_1', '-o', 'all.safetensors', '--seq-len', '9')
        self.assertGreater(os.path.getsize(self.path('all.safetensors')), self.ROWS * 8)
        self.limited('info', 'all.safetensors')
        os.remove(self.path('big/step_1'))
        self.limited('convert', 'all.safetensors', '--published', 'published.safetensors', '--prefix')

    def writing(self, folder, to):
        """A conversion that has begun to write, and goes on for a while."""
        def prepare():
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        os.makedirs(self.path(f'{folder}/{to}'))
        process = subprocess.Popen([TRM, 'convert', folder + '/step_1', '-o', f'{folder}/{to}/model', '--seq-len', '9'],
                                   cwd=self.directory, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, preexec_fn=prepare)
        self.addCleanup(process.kill)
        while process.poll() is None and not os.listdir(self.path(f'{folder}/{to}')):
            time.sleep(0.001)
        return process

    def test_a_signal_leaves_nothing_half_written(self):
        self.large('stopped')
        # Not SIGSEGV and the like: sanitizers have them.
        for name in ('SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGALRM', 'SIGRTMIN'):
            with self.subTest(name):
                number = getattr(signal, name)
                process = self.writing('stopped', name)
                process.send_signal(number)
                process.communicate(timeout=50)
                self.assertEqual(process.returncode, -number)
                self.assertEqual(os.listdir(self.path('stopped/' + name)), [])

    def test_a_file_that_shrinks_meanwhile(self):
        self.large('shrunk')
        process = self.writing('shrunk', 'to')
        os.truncate(self.path('shrunk/step_1'), 4096)
        _, errors = process.communicate(timeout=50)
        self.assertEqual(process.returncode, 4, errors)
        self.assertIn('step_1: changed while it was read; fix: ', errors)
        self.assertEqual(os.listdir(self.path('shrunk/to')), [])


if __name__ == '__main__':
    unittest.main()
