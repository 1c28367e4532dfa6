#!/usr/bin/env python3
"""The recipes of published runs: complete, of the published size, and each of them really starts."""

import json
import os
import unittest

from support import CliTest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RECIPES = os.path.join(ROOT, 'bench', 'recipes')
ARC = os.path.join(ROOT, 'tests', 'fixtures', 'arc')

# Recipe -> data set of this test, parameters without the puzzle table (TRM and HRM papers and code).
PUBLISHED = {
    'sudoku-att': ('sudoku', 6828034), 'sudoku-mlp': ('sudoku', 5028866), 'maze-att': ('maze', 6822914),
    'arc1': ('arc', 6829058), 'arc2': ('arc', 6829058),
    'hrm-sudoku': ('sudoku', 27275266), 'hrm-sudoku-laptop': ('sudoku', 27275266), 'hrm-maze': ('maze', 27270146),
    'hrm-arc1': ('arc', 27276290), 'hrm-arc2': ('arc', 27276290), 'transformer-sudoku': ('sudoku', 27144194),
}
# What the data decide, so a recipe leaves it out.
FROM_DATA = {'model.vocab_size', 'model.seq_len', 'model.num_puzzle_identifiers'}
SMALL = ['--set', 'model.hidden_size=16', '--set', 'model.puzzle_emb_ndim=16', '--set', 'model.num_heads=2', '--set',
         'model.halt_max_steps=2', '--set', 'steps=2', '--set', 'warmup_steps=0', '--set', 'batch_size=2', '--set',
         'validation_samples=2', '--threads', '1']


def load(name):
    with open(os.path.join(RECIPES, name + '.json'), encoding='utf-8') as file:
        return json.load(file)


def fields(config, prefix=''):
    """Dotted names of all values that are no objects."""
    out = set()
    for key, value in config.items():
        out |= fields(value, prefix + key + '.') if isinstance(value, dict) else {prefix + key}
    return out


class Recipes(CliTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = {name: os.path.join(cls.directory, 'data-' + name) for name in ('sudoku', 'maze', 'arc')}
        builds = (('sudoku', '--generate', '--train', '10', '--test', '4'), ('maze', '--generate', '--train', '3', '--test', '2'),
                  ('arc', '--training', ARC + '/training', '--evaluation', ARC + '/evaluation', '--copies', '2'))
        for family, *args in builds:
            cls('dry_run').passes('tasks', 'build', family, *args, '--out', cls.data[family])

    def dry_run(self, name, *args, data=None):
        return self.passes('train', name, '--data', data or self.data[PUBLISHED[name][0]], '--dry-run', *args)

    def test_the_folder_holds_these(self):
        self.assertEqual({name[:-5] for name in os.listdir(RECIPES)}, set(PUBLISHED))

    def test_nothing_is_left_to_a_default(self):
        for name in PUBLISHED:
            with self.subTest(name):
                recipe = load(name)
                self.assertEqual(recipe['name'], name)
                effective = json.loads(self.dry_run(name, '--set', 'warmup_steps=0').stdout)
                # The length stands there in epochs.
                wanted = fields(effective) - FROM_DATA - {'steps'} | {'epochs'}
                self.assertEqual({f for f in fields(recipe) if not f.startswith(('data.', 'notes'))}, wanted)
                self.assertEqual(set(recipe['data']), {'build', 'augment', 'epochs_per_iteration'})
                self.assertNotIn('notes', effective)
                for field in ('model', 'optimizer', 'init'):
                    for key, value in recipe[field].items():
                        self.assertEqual(effective[field][key], value, (field, key))

    def test_published_values(self):
        for name in PUBLISHED:
            with self.subTest(name):
                recipe = load(name)
                optimizer, hrm, arc = recipe['optimizer'], recipe['arch'] == 'hrm', 'arc' in name
                self.assertFalse(recipe['data']['augment'])
                # What this program can do beyond the published training.
                self.assertEqual((recipe['depth_warmup_steps'], recipe['carried_batches'], recipe['model']['conv_kernel']),
                                 (0, 1, 0))
                self.assertEqual((optimizer['beta1'], optimizer['beta2'], recipe['warmup_steps']), (0.9, 0.95, 2000))
                self.assertEqual(recipe['ema'], 0.999 if recipe['arch'] == 'trm' else 0)
                self.assertEqual(optimizer['weight_decay'], 0.1 if arc else 1.0)
                self.assertEqual(recipe['epochs'], 100000 if arc else 20000 if hrm else 50000)
                self.assertEqual((recipe['model']['loss_type'], recipe['model']['q_loss_weight']),
                                 ('stablemax_cross_entropy', 0.5))
                self.assertEqual(recipe['epochs'], 10 * recipe['data']['epochs_per_iteration'])
        laptop = load('hrm-sudoku-laptop')
        self.assertEqual((laptop['batch_size'], laptop['optimizer']['lr']), (384, 7e-5))

    def test_parameters_are_the_published_ones(self):
        for name, (_, parameters) in PUBLISHED.items():
            with self.subTest(name):
                self.assertIn(f' {parameters} parameters', self.dry_run(name, '--set', 'warmup_steps=0').stderr)
        # With the tokens of ARC, the number that is quoted for the baseline.
        other = self.dry_run('transformer-sudoku', '--set', 'warmup_steps=0', data=self.data['arc'])
        self.assertIn(' 27145218 parameters', other.stderr)

    def test_epochs_become_steps(self):
        # int(epochs * groups * mean examples / batch): 10 groups of one example; 4 groups of 19 / 4.
        for name, data, groups in (('sudoku-att', 'sudoku', 10), ('hrm-sudoku-laptop', 'sudoku', 10), ('arc1', 'arc', 19)):
            with self.subTest(name):
                recipe = load(name)
                out = json.loads(self.dry_run(name, '--set', 'warmup_steps=0', data=self.data[data]).stdout)
                self.assertEqual(out['steps'], recipe['epochs'] * groups // recipe['batch_size'])

    def test_each_recipe_starts(self):
        for name in PUBLISHED:
            with self.subTest(name):
                out = self.path('run-' + name)
                self.passes('train', name, '--data', self.data[PUBLISHED[name][0]], *SMALL, '--out', out)
                with open(os.path.join(out, 'metrics.jsonl'), encoding='utf-8') as file:
                    kinds = [json.loads(line)['kind'] for line in file]
                self.assertEqual(kinds.count('train'), 2)
                self.assertTrue(os.path.exists(os.path.join(out, 'model.safetensors')))

    def test_list(self):
        self.fails(2, ['--list: and a configuration were both given; fix: give one of them'], 'train', '--list', 'x')
        lines = self.passes('train', '--list').stdout.splitlines()
        self.assertEqual([line.split()[0] for line in lines], sorted(PUBLISHED))
        self.assertTrue(all(load(line.split()[0])['notes'][0] in line for line in lines))

    def test_names(self):
        self.fails(4, ['unknown recipe "sudoku-at"', 'did you mean sudoku-att?'], 'train', 'sudoku-at')
        self.fails(4, ['nonsense: ', 'sudoku-mlp'], 'train', 'nonsense')
        self.fails(2, ['config: is missing', 'trm train --list'], 'train')

    def test_missing_data_names_the_command_that_makes_them(self):
        for name in PUBLISHED:
            with self.subTest(name):
                build = load(name)['data']['build']
                self.assertTrue(build.startswith(f'trm tasks build {PUBLISHED[name][0]} '))
                self.fails(4, [f'{name}.json: data.directory: is missing', '--data DIR', build], 'train', name)

    def test_settings(self):
        out = json.loads(self.dry_run('sudoku-att', '--set', 'batch_size=64', '--set', 'optimizer.lr=2e-4', '--set',
                                      'steps=5', '--set', 'warmup_steps=1', '--set', 'name=mine').stdout)
        self.assertEqual((out['batch_size'], out['optimizer']['lr'], out['steps'], out['name']), (64, 2e-4, 5, 'mine'))
        for setting, message in (('batch_size=ten', '--set: batch_size: must be a whole number, is a string'),
                                 ('batch_size=0', '--set: batch_size: must be from 1'),
                                 ('optimizer.lrr=1', '--set: optimizer.lrr: is an unknown field; fix: did you mean "lr"?'),
                                 ('model.mlp_t=1', '--set: model.mlp_t: must be true or false'),
                                 ('model.pos_encodings=rop', 'did you mean "rope"?'),
                                 ('data.augment=maybe', '--set: data.augment: must be true or false'),
                                 ('warmup_steps=9', 'warmup_steps: exceeds steps'),
                                 ('depth_warmup_steps=9', 'depth_warmup_steps: exceeds steps'),
                                 ('name=../zz', '--set: name: must be a plain file name'),
                                 ('optimizer.network.lr=1', '--set: optimizer.network: is an unknown field')):
            with self.subTest(setting):
                self.fails(4, [message], 'train', 'sudoku-att', '--data', self.data['sudoku'], '--set', 'steps=5', '--set',
                           'warmup_steps=0', '--set', setting)
        for setting in ('batch_size', '=3', 'name.x=3', '.x=3', 'a..b=1'):
            with self.subTest(setting):
                self.fails(2, ['--set ' + setting], 'train', 'sudoku-att', '--data', self.data['sudoku'], '--set', setting)

        # Neither deep nesting nor bytes that are no text get further than the command line.
        for setting, message in (('name=' + '[' * 60000, '--set name: is longer than 1000 bytes'),
                                 (b'name=\xff', '--set: is no UTF-8 text')):
            self.fails(2, [message], 'train', 'sudoku-att', '--data', self.data['sudoku'], '--set', setting)

    def test_steps_and_epochs_exclude_each_other(self):
        recipe = load('sudoku-att')
        both = self.write('both.json', json.dumps({**recipe, 'steps': 3}))
        self.fails(4, ['both.json: epochs: and steps are both given'], 'train', both, '--data', self.data['sudoku'])
        del recipe['epochs']
        none = self.write('none.json', json.dumps(recipe))
        self.fails(4, ['none.json: steps: is missing, and so is epochs'], 'train', none, '--data', self.data['sudoku'])
        self.fails(4, ['--set: epochs: give not one batch'], 'train', 'sudoku-att', '--data', self.data['sudoku'], '--set',
                   'epochs=1')


if __name__ == '__main__':
    unittest.main()
