#!/usr/bin/env python3
"""trm train and trm bench on a model of a few steps: what they write, how they resume, and what bad input meets."""

import json
import os
import resource
import signal
import socket
import subprocess
import time
import unittest

from support import TRM, CliTest, damaged_models

SMALL = {
    'name': 'small',
    'steps': 6,
    'batch_size': 4,
    'micro_batch': 2,
    'validate_every': 3,
    'validation_samples': 4,
    'checkpoint_every': 2,
    'model': {'hidden_size': 16, 'num_heads': 2, 'global_heads': 1, 'head_dim': 8, 'window': 16, 'intermediate_size': 16,
              'run_positions': 8, 'segment_positions': 8},
    'stages': [{'name': 'all', 'mix': {'fact': 1, 'fib': 1, 'mul': 1, 'pre': 1, 'max_digits': 4}}],
}


class Train(CliTest):
    def config(self, file='small.json', /, **changes):
        return self.write(file, json.dumps({**SMALL, **changes}))

    def files(self, directory):
        return sorted(os.listdir(self.path(directory)))

    def read(self, *parts):
        with open(self.path(os.path.join(*parts)), 'rb') as f:
            return f.read()

    def tensors(self, directory):
        data = self.read(directory, 'model.safetensors')
        return data[8 + int.from_bytes(data[:8], 'little'):]

    def test_a_run_writes_model_checkpoint_and_metrics(self):
        result = self.passes('train', self.config(), '--out', self.path('a'), '--threads', '1')
        self.assertEqual(result.stdout, self.path('a') + '/model.safetensors\n')
        self.assertEqual(self.files('a'), ['checkpoint.safetensors', 'metrics.jsonl', 'model.safetensors'])
        self.assertNotIn('\r', result.stderr)
        self.assertIn('step 6/6', result.stderr)
        lines = [json.loads(line) for line in self.read('a', 'metrics.jsonl').splitlines()]
        self.assertEqual([x['step'] for x in lines if x['kind'] == 'train'], [1, 2, 3, 4, 5, 6])
        self.assertEqual([x['step'] for x in lines if x['kind'] == 'validation'], [3, 6])
        info = json.loads(self.passes('info', self.path('a/model.safetensors'), '--json').stdout)
        self.assertEqual(info['config']['hidden_size'], 16)
        again = self.passes('train', self.config(), '--out', self.path('a'))
        self.assertNotIn('step 6/6', again.stderr)  # finished: nothing left to do

    def test_an_interrupted_run_resumes_to_the_same_weights(self):
        config = self.config('long.json', steps=400, checkpoint_every=1000)
        self.passes('train', config, '--out', self.path('whole'), '--threads', '2')
        process = subprocess.Popen([TRM, 'train', config, '--out', self.path('cut'), '--threads', '1'],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 50
        metrics = self.path('cut/metrics.jsonl')
        while time.monotonic() < deadline and not (os.path.exists(metrics) and os.path.getsize(metrics) > 0):
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=50)
        if process.returncode != 0:  # 0: it was quicker than the signal, and there is nothing to resume
            self.assertEqual(process.returncode, 1, errors)
            self.assertIn('the same command resumes', errors)
        self.passes('train', config, '--out', self.path('cut'), '--threads', '1')

        self.assertEqual(self.tensors('cut'), self.tensors('whole'))

    def start(self, config, out, **options):
        """A training in the background that has begun to write; it takes seconds."""
        process = subprocess.Popen([TRM, 'train', config, '--out', self.path(out), '--threads', '1'],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + 50
        metrics = self.path(out + '/metrics.jsonl')
        while time.monotonic() < deadline and not (os.path.exists(metrics) and os.path.getsize(metrics) > 0):
            time.sleep(0.005)
        return process

    def test_every_request_to_end_saves(self):
        config = self.config('signals.json', steps=20000, checkpoint_every=20000, validate_every=20000)
        for name in ('SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGTERM'):
            with self.subTest(name):
                process = self.start(config, name)
                process.send_signal(getattr(signal, name))
                _, errors = process.communicate(timeout=50)
                self.assertEqual(process.returncode, 1, errors)
                self.assertIn('the same command resumes', errors)
                self.assertEqual(self.files(name), ['checkpoint.safetensors', 'metrics.jsonl'])

    def test_a_hangup_that_nohup_ignores_stays_ignored(self):
        def nohup():
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        process = self.start(self.config('nohup.json', steps=400, checkpoint_every=10), 'nohup', preexec_fn=nohup)
        process.send_signal(signal.SIGHUP)
        _, errors = process.communicate(timeout=50)
        self.assertEqual(process.returncode, 0, errors)

    def test_one_training_in_a_directory(self):
        config = self.config('lock.json', steps=20000, checkpoint_every=20000, validate_every=20000)
        first = self.start(config, 'lock')
        self.fails(4, [f'{self.path("lock")}: is being written by process {first.pid} on {socket.gethostname()}; fix: '],
                   'train', self.config('second.json', seed=2), '--out', self.path('lock'), '--restart')
        first.kill()
        first.communicate(timeout=50)
        # What it left behind does not stop anybody, and goes.
        with open(self.path('lock/.trm-1-0.tmp'), 'wb') as file:
            file.write(b'half a checkpoint')
        self.passes('train', self.config('second.json', seed=2), '--out', self.path('lock'), '--restart')
        self.assertEqual(self.files('lock'), ['checkpoint.safetensors', 'metrics.jsonl', 'model.safetensors'])

    def test_a_directory_is_taken_before_puzzles_are_made(self):
        # So many puzzles take hours: both trainings are about the lock alone.
        puzzles = self.write('puzzles.json', json.dumps({
            'name': 'puzzles', 'arch': 'trm', 'model': {'hidden_size': 16, 'num_heads': 2, 'puzzle_emb_ndim': 0,
                                                        'puzzle_emb_len': 0, 'halt_max_steps': 2},
            'steps': 2, 'batch_size': 2, 'data': {'family': 'sudoku', 'size': 9, 'train': 1000000, 'test': 1}}))
        place = self.path('place')
        os.mkdir(place)
        first = subprocess.Popen([TRM, 'train', puzzles], cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(first.communicate)
        self.addCleanup(first.kill)
        lock = os.path.join(place, 'out/puzzles/.trm-lock')
        deadline = time.monotonic() + 50
        while time.monotonic() < deadline and not (os.path.exists(lock) and os.path.getsize(lock) > 0):
            time.sleep(0.005)
        message = f'out/puzzles: is being written by process {first.pid} on {socket.gethostname()}; fix: '
        self.fails(4, [message], 'train', puzzles, cwd=place)
        self.fails(4, [message], 'train', self.config('causal.json', name='puzzles'), cwd=place)
        self.assertIsNone(first.poll())
        self.assertEqual(self.files('place/out/puzzles'), ['.trm-lock'])

    def test_a_training_that_never_began_leaves_no_folder(self):
        for name, data in (('missing', {'directory': self.path('absent')}),
                           ('field', {'family': 'sudoku', 'size': 4, 'train': 10, 'test': 2})):
            with self.subTest(name):
                config = self.write(name + '.json', json.dumps({'name': name, 'arch': 'trm', 'stepz': 3, 'steps': 2,
                                                                'data': data}))
                folder = self.path('place-' + name)
                os.mkdir(folder)
                self.assertEqual(self.trm('train', config, cwd=folder).returncode, 4)
                self.assertEqual(os.listdir(folder), [])

    def test_a_flipped_bit_is_refused(self):
        self.passes('train', self.config('flip.json', steps=4), '--out', self.path('flip'), '--threads', '1')
        for name, command in (('checkpoint.safetensors', ['train', self.config('flip.json', steps=4), '--out',
                                                          self.path('flip')]),
                              ('model.safetensors', ['run', self.path('flip/model.safetensors'), 'fact 3']),
                              ('model.safetensors', ['info', self.path('flip/model.safetensors')])):
            with self.subTest(name=name, command=command[0]):
                good = self.read('flip', name)
                data = bytearray(good)
                data[-40] ^= 1
                self.write('flip/' + name, bytes(data))
                self.fails(4, [name + ': ', ': is damaged: it does not have its checksum; fix: '], *command)
                data = bytearray(good)
                data[good.index(b'\\"seed') + 2] ^= 2  # another letter
                self.write('flip/' + name, bytes(data))
                self.fails(4, [name + ': header: is damaged: it does not have its checksum; fix: '], *command)
                self.write('flip/' + name, good)
        self.passes('train', self.config('flip.json', steps=4), '--out', self.path('flip'))

    def test_names_that_lead_out_of_the_output_folder(self):
        for name, fault in (('../../x', 'holds a slash'), ('a/b', 'holds a slash'), ('.', 'is "."'), ('..', 'is ".."'),
                            ('', 'is empty'), ('-x', 'begins with a hyphen'), ('a\x1b[31m', 'holds a control character'),
                            ('a\x9bb', 'holds a control character'), ('x' * 256, "has 256 bytes, more than a folder's name may have")):
            with self.subTest(name):
                config = self.config('name.json', name=name)
                self.fails(4, [f'name.json: name: {fault}, so it is no name for a folder in out/; fix: '], 'train', config)
                self.assertFalse(os.path.exists(self.path('out')))
        self.fails(4, ['--set: name: holds a slash'], 'train', self.config(), '--set', 'name=../x')
        self.passes('train', self.config('name.json', name='../x'), '--out', self.path('named'))

    def test_a_pipe_in_place_of_a_configuration(self):
        os.mkfifo(self.path('pipe.json'))
        self.fails(4, ['pipe.json: is not a regular file but a pipe'], 'train', self.path('pipe.json'), '--out', 'never')
        result = subprocess.run(['bash', '-c', f'"{TRM}" train <(cat "{self.config()}") --dry-run'], capture_output=True,
                                text=True, timeout=60)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(result.stdout)['name'], 'small')

    def test_a_byte_order_mark_is_no_part_of_a_configuration(self):
        config = self.write('bom.json', b'\xef\xbb\xbf' + json.dumps(SMALL).encode())
        self.passes('train', config, '--dry-run')
        self.passes('train', config, '--dry-run', '--set', 'seed=2')

    def test_dry_run_prints_the_complete_configuration(self):
        out = json.loads(self.passes('train', self.config(), '--dry-run').stdout)
        piped = self.passes('train', '-', '--dry-run', stdin=json.dumps(SMALL)).stdout
        self.assertEqual(json.loads(piped), out)
        self.fails(4, ['standard input: '], 'train', '-', '--dry-run', stdin='{"name": 1}')
        self.assertEqual(out['model']['vocab_size'], 124)
        self.assertEqual(out['optimizer']['name'], 'adamw')
        self.assertFalse(os.path.exists(self.path('out')))

    def test_every_function_can_be_learnt(self):
        # The message of an unknown function lists them all.
        message = self.trm('train', self.config('list.json', stages=[{'name': 's', 'mix': {'-': 1}}])).stderr
        functions = message.split('use max_digits, ')[1].split()
        functions = [name.strip(',') for name in functions]
        self.assertEqual(len(functions), 58)
        for digits in (2, 14):
            config = self.config(f'every{digits}.json', steps=2, validate_every=2, batch_size=30, micro_batch=1, stages=[
                {'name': 's', 'mix': {**{name: 1 for name in functions}, 'max_digits': digits}}])
            self.passes('train', config, '--out', self.path(f'every{digits}'), '--threads', '1')

    def sequences(self, encoding, mix, name='sequences.json', **changes):
        stages = [{'name': 's', 'mix': mix}]
        return self.config(name, encoding=encoding, stages=stages, model={**SMALL['model'], 'max_tokens': 200}, **changes)

    def test_whole_questions_can_be_learnt_and_asked(self):
        for encoding in ('trace', 'answer'):
            with self.subTest(encoding):
                config = self.sequences(encoding, {'factorial': 1, 'gcd': 1, 'tak': 0, 'max_tokens': 150})
                out = json.loads(self.passes('train', config, '--dry-run').stdout)
                self.assertEqual(out['encoding'], encoding)
                result = self.passes('train', config, '--out', self.path(encoding + '_run'), '--threads', '1')
                self.assertIn(f'6 steps of 4 {encoding}s', result.stderr)
                self.assertIn(f'{encoding}s 0.00 % of 4', result.stderr)
                model = self.path(encoding + '_run/model.safetensors')
                info = json.loads(self.passes('info', model, '--json').stdout)['training']
                self.assertEqual((info['encoding'], info['tasks']), (encoding, 'factorial gcd'))
                again = self.sequences(encoding, {'factorial': 1, 'gcd': 1, 'tak': 0, 'max_tokens': 150})
                self.passes('train', again, '--out', self.path(encoding + '_twice'), '--threads', '2')
                self.assertEqual(self.tensors(encoding + '_run'), self.tensors(encoding + '_twice'))
                self.assertIn(self.trm('run', model, '--max-frame-tokens', '60', 'fact 3').returncode, (0, 1))
                bench = self.passes('bench', '--model', model, '--task', 'gcd', '--slice', 'test', '--items', '1', '--out',
                                    self.path('named'), '--latency-seconds', '0')
                self.assertIn(encoding + '_run gcd/test: 0 of 1 right', bench.stderr)
                self.fails(4, ['has not learnt', 'ask about factorial, gcd'], 'run', model, 'tak 1 2 3')

    def test_bad_configurations_of_whole_questions(self):
        cases = [
            ('encoding', 'traces', {'factorial': 1}, ['encoding: ', 'trace']),
            ('function', 'trace', {'fact': 1}, ['stages.s.mix.fact: is no task', 'use max_tokens, factorial, ']),
            ('weight', 'answer', {'factorial': 0}, ['stages.s.mix.mix: no task has a positive weight']),
            ('tokens', 'trace', {'factorial': 1, 'max_tokens': 201},
             ['max_tokens: must be a whole number from 2 to model.max_tokens, 200']),
            ('short', 'trace', {'factorial': 1, 'max_tokens': 3},
             ['stages.s.mix.factorial: no trace of 256 items', 'raise max_tokens']),
            ('frames', 'frames', {'factorial': 1}, ['factorial: is no function']),
        ]
        for name, encoding, mix, messages in cases:
            with self.subTest(name):
                config = self.sequences(encoding, mix, name + '.json')
                self.fails(4, [f'{name}.json: ', *messages], 'train', config, '--out', self.path('never'))
                self.assertFalse(os.path.exists(self.path('never')))

    def test_bad_configurations(self):
        cases = [
            ('missing', self.path('absent.json'), ['absent.json: ']),
            ('directory', self.directory, [self.directory + ': ']),
            ('truncated', self.write('cut.json', json.dumps(SMALL)[:80]), ['cut.json: ']),
            ('not UTF-8', self.write('utf8.json', b'{"name": "\xff"}'), ['utf8.json: ']),
            ('wrong type', self.config('type.json', steps='many'), ['type.json: steps: ', 'fix: ']),
            ('unknown field', self.config('field.json', stepz=3), ['field.json: stepz: ', 'steps']),
            ('contradiction', self.config('contra.json', warmup_steps=7), ['contra.json: warmup_steps: exceeds steps']),
            ('unknown function', self.config('mix.json', stages=[{'name': 's', 'mix': {'factorial': 1}}]),
             ['mix.json: stages.s.mix.factorial: is no function', 'use max_digits, fact, mul,', 'even, odd']),
            ('no weight', self.config('zero.json', stages=[{'name': 's', 'mix': {'mul': 0}}]),
             ['no function has a positive weight', 'give one of fact, mul,']),
            ('no function', self.config('none.json', stages=[{'name': 's', 'mix': {'max_digits': 8}}]),
             ['no function has a positive weight']),
            *((f'{digits} digits', self.config(f'digits{i}.json', stages=[
                {'name': 's', 'mix': {'mul': 1, 'max_digits': digits}}]), ['mix.max_digits: must be a whole number from 2 to 14'])
              for i, digits in enumerate((1, 15, 2.5))),
        ]
        for name, config, messages in cases:
            with self.subTest(name):
                self.fails(4, ['trm: ', *messages], 'train', config, '--out', self.path('never'))
                self.assertFalse(os.path.exists(self.path('never')))

    def test_a_type_of_weights(self):
        config = self.config()
        out = self.passes('train', config, '--dtype', 'bf16', '--out', self.path('typed'), '--threads', '1')
        self.assertIn('seed 1, bf16, ', out.stderr)
        self.passes('train', config, '--set', 'dtype=bf16', '--out', self.path('typed_again'), '--threads', '2')
        self.assertEqual(self.tensors('typed'), self.tensors('typed_again'))
        self.passes('train', config, '--out', self.path('untyped'), env={'TRM_DTYPE': 'bf16'})
        self.assertNotEqual(self.tensors('typed'), self.tensors('untyped'))
        model = self.path('typed/model.safetensors')
        self.assertIn('"weights":"bf16"', self.read('typed', 'model.safetensors').decode('latin-1').replace(' ', ''))
        self.assertIn(self.trm('run', model, '--max-frame-tokens', '60', 'fact 3').returncode, (0, 1))
        self.assertEqual(json.loads(self.passes('train', config, '--dtype', 'bf16', '--dry-run').stdout)['dtype'], 'bf16')
        self.assertNotIn('dtype', json.loads(self.passes('train', config, '--dry-run').stdout))
        self.fails(4, ['typed/checkpoint.safetensors: ', '"dtype": "bf16" is in the checkpoint alone'], 'train', config,
                   '--out', self.path('typed'))
        self.fails(4, ['--dtype: is int8, whose products have no gradient', 'train in fp32 or bf16'], 'train', config,
                   '--dtype', 'int8', '--out', self.path('never'))
        self.fails(4, ['--set: dtype: is int8'], 'train', config, '--set', 'dtype=int8', '--out', self.path('never'))
        self.fails(4, ['--dtype: "auto" is no type to train in', 'use fp32 or bf16'], 'train', config, '--dtype', 'auto', '--out', self.path('never'))
        self.assertFalse(os.path.exists(self.path('never')))

    def test_usage(self):
        self.fails(2, ['--threads'], 'train', self.config(), '--threads', '-1')
        self.fails(2, ['unknown flag --thread of trm train', '--threads'], 'train', self.config(), '--thread', '1')
        self.fails(2, ['config'], 'train')

    def test_output_that_cannot_be_written(self):
        blocked = self.write('a-file', 'x')
        self.fails(4, [blocked + '/out', 'fix: '], 'train', self.config(), '--out', blocked + '/out')
        for name in ('model.safetensors', 'checkpoint.safetensors', 'metrics.jsonl'):
            with self.subTest(name):
                out = self.path('in-the-way-of-' + name)
                os.makedirs(f'{out}/{name}')
                result = self.fails(4, [f'{out}/{name}: cannot be written: Is a directory'], 'train', self.config(), '--out', out)
                self.assertNotIn('step 1', result.stderr)  # found before any work
                self.assertEqual(os.listdir(out), [name])

    def test_a_full_disk_keeps_the_last_checkpoint(self):
        self.passes('train', self.config('disk.json', steps=4), '--out', self.path('disk'))
        before = self.read('disk', 'checkpoint.safetensors')

        def small_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (30000, 30000))
        self.fails(4, ['checkpoint.safetensors', 'fix: '], 'train', self.config('disk2.json', steps=4), '--out',
                   self.path('disk'), '--restart', preexec_fn=small_files)
        self.assertEqual(self.read('disk', 'checkpoint.safetensors'), before)
        self.assertEqual([f for f in self.files('disk') if f not in
                          ('checkpoint.safetensors', 'metrics.jsonl', 'model.safetensors')], [])

    def test_a_checkpoint_of_another_run_is_refused(self):
        self.passes('train', self.config(), '--out', self.path('other'))
        other = self.config('other.json', seed=2)
        self.fails(4, ['other/checkpoint.safetensors: ', '"seed": 1 in the checkpoint, "seed": 2'], 'train', other,
                   '--out', self.path('other'))
        self.passes('train', other, '--out', self.path('other'), '--restart')


class Bench(CliTest):
    def test_a_small_run_writes_all_reports(self):
        self.passes('bench', '--model', self.model('one'), '--items', '3', '--task', 'factorial', '--slice', 'test',
                    '--threads', '1', '--out', self.path('b'))
        self.assertEqual(sorted(os.listdir(self.path('b'))), ['report.html', 'report.md', 'results.json'])
        with open(self.path('b/results.json')) as f:
            results = json.load(f)
        for record in results['records']:
            for field in ('task', 'slice', 'model', 'mode', 'metric', 'value', 'unit', 'n'):
                self.assertIn(field, record)
        self.assertIn('exact_answer', {r['metric'] for r in results['records']})

    def test_models_of_whole_sequences(self):
        models = ','.join(self.model(name) for name in ('one', 'trace', 'answer'))
        self.passes('bench', '--model', models, '--items', '3', '--task', 'factorial,gcd', '--slice', 'test',
                    '--latency-items', '1', '--out', self.path('modes'))
        with open(self.path('modes/results.json')) as f:
            results = json.load(f)
        modes = {(r['model'], r['mode'], r['task']) for r in results['records'] if r['metric'] == 'exact_answer'}
        self.assertEqual(modes, {('one', 'machine', 'factorial'), ('one', 'machine', 'gcd'),
                                 ('trace', 'trace', 'factorial'), ('answer', 'answer', 'factorial')})
        self.assertEqual(results['environment']['asked_only'], 'trace: factorial, mutual; answer: factorial')
        self.fails(2, ['none of the contestants can answer these tasks', 'answer: factorial'], 'bench', '--model',
                   self.model('answer'), '--task', 'gcd', '--out', self.path('modes'))
        self.fails(4, ['"traces" is none of'], 'bench', '--model', self.model('unknown_encoding'), '--out', self.path('never'))

    def test_bad_input(self):
        for name, path, message in damaged_models(self):
            with self.subTest(name):
                self.fails(4, ['trm: ', message], 'bench', '--model', path, '--items', '1', '--out', self.path('never'))
                self.assertFalse(os.path.exists(self.path('never')))
        blocked = self.write('b-file', 'x')
        self.fails(4, [blocked], 'bench', '--model', self.model('one'), '--items', '1', '--out', blocked + '/out')
        self.fails(2, ['factoriel', 'factorial'], 'bench', '--task', 'factoriel')
        self.fails(2, ['--items'], 'bench', '--items', '-3')
        self.fails(2, ['--format'], 'bench', '--format', 'xml')


if __name__ == '__main__':
    unittest.main()
