#!/usr/bin/env python3
"""trm tasks build arc and trm tasks vote, with good and bad input."""

import json
import os
import shutil
import unittest

from support import CliTest

FIXTURES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'fixtures', 'arc')
TRAINING, EVALUATION = (os.path.join(FIXTURES, name) for name in ('training', 'evaluation'))
SPLIT_FILES = ['all__group_indices.npy', 'all__inputs.npy', 'all__labels.npy', 'all__puzzle_identifiers.npy',
               'all__puzzle_indices.npy', 'dataset.json']


def load(*path):
    with open(os.path.join(*path)) as f:
        return json.load(f)


def contents(folder):
    """File name -> bytes of everything below the folder."""
    out = {}
    for path, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(path, name), 'rb') as f:
                out[os.path.relpath(os.path.join(path, name), folder)] = f.read()
    return out


def canvas(grid):
    tokens = [0] * 900
    for r, row in enumerate(grid):
        for c, colour in enumerate(row):
            tokens[30 * r + c] = colour + 2
    return tokens


class Arc(CliTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tasks = {name[:-5]: load(EVALUATION, name) for name in os.listdir(EVALUATION)}

    def build(self, out, *args, training=TRAINING, evaluation=EVALUATION):
        self.passes('tasks', 'build', 'arc', '--training', training, '--evaluation', evaluation, '--out',
                    self.path(out), *args)
        return self.path(out)


class Build(Arc):
    def test_layout_and_counts(self):
        out = self.build('data', '--copies', '10')
        self.assertEqual(sorted(contents(out)), sorted(
            ['identifiers.json', 'test_puzzles.json'] + [f'{s}/{f}' for s in ('train', 'test') for f in SPLIT_FILES]))
        names = load(out, 'identifiers.json')
        self.assertEqual(len(names), 1 + 4 * 11)
        self.assertEqual(names[0], '<blank>')
        originals = [name for name in names[1:] if '|||' not in name]
        self.assertEqual(originals, ['44f52bb0', '6150a2bd', '00576224', '6ea4a07e'])
        self.assertEqual(load(out, 'test_puzzles.json'), self.tasks)
        train, test = (load(out, split, 'dataset.json') for split in ('train', 'test'))
        self.assertEqual((train['total_groups'], train['total_puzzles'], test['total_groups'], test['total_puzzles']),
                         (4, 44, 2, 22))
        for metadata in (train, test):
            self.assertEqual((metadata['seq_len'], metadata['vocab_size'], metadata['num_puzzle_identifiers']),
                             (900, 12, 45))
        # 6 + 2 and 2 + 1 pairs of training tasks, 2 and 6 demonstrations; 1 and 2 test pairs.
        self.assertAlmostEqual(train['mean_puzzle_examples'], (8 + 3 + 2 + 6) / 4)
        self.assertAlmostEqual(test['mean_puzzle_examples'], 3 / 2)

    def test_same_seed_same_bytes(self):
        first = contents(self.build('first', '--copies', '5', '--seed', '1'))
        self.assertEqual(contents(self.build('again', '--copies', '5', '--seed', '1')), first)
        other = contents(self.build('other', '--copies', '5', '--seed', '2'))
        self.assertNotEqual(other['train/all__inputs.npy'], first['train/all__inputs.npy'])

    def test_the_combined_form_makes_the_same_data(self):
        folders = contents(self.build('folders', '--copies', '3'))
        for name, folder in (('t', TRAINING), ('e', EVALUATION)):
            tasks = {file[:-5]: load(folder, file) for file in os.listdir(folder)}
            solutions = {id_: [pair.pop('output') for pair in task['test']] for id_, task in tasks.items()}
            self.write(f'{name}_challenges.json', json.dumps(tasks))
            self.write(f'{name}_solutions.json', json.dumps(solutions))
        challenges = {'training': self.path('t_challenges.json'), 'evaluation': self.path('e_challenges.json')}
        self.assertEqual(contents(self.build('combined', '--copies', '3', **challenges)), folders)
        os.remove(self.path('e_solutions.json'))
        self.fails(4, ['e_challenges.json: ', '.test[0].output: is missing'], 'tasks', 'build', 'arc', '--training', TRAINING,
                   '--evaluation', self.path('e_challenges.json'), '--out', self.path('none'))
        self.assertFalse(os.path.exists(self.path('none')))
        unsolved = contents(self.build('unsolved', '--copies', '3', '--unsolved', **challenges))
        self.assertEqual(unsolved['test/all__inputs.npy'], folders['test/all__inputs.npy'])
        self.assertFalse(any(unsolved['test/all__labels.npy'][-1800:]))

    def test_challenges_from_standard_input(self):
        folders = contents(self.build('from_folders', '--copies', '3'))
        for option, folder in (('training', TRAINING), ('evaluation', EVALUATION)):
            text = json.dumps({file[:-5]: load(folder, file) for file in os.listdir(folder)})
            places = {'training': TRAINING, 'evaluation': EVALUATION, option: '-'}
            out = self.path('piped-' + option)
            args = ('tasks', 'build', 'arc', '--training', places['training'], '--evaluation', places['evaluation'],
                    '--copies', '3', '--out', out)
            self.passes(*args, stdin=text)
            self.assertEqual(contents(out), folders)
            self.fails(4, ['standard input: is not JSON'], *args, '--force', stdin='{')
        self.fails(2, ['--evaluation: names standard input, as --training does'], 'tasks', 'build', 'arc', '--training', '-',
                   '--evaluation', '-', '--out', self.path('none'))

    def test_concept_tasks_are_trained_on(self):
        concept = self.path('concept')
        os.makedirs(os.path.join(concept, 'Copy'))
        shutil.copy(os.path.join(EVALUATION, '00576224.json'), os.path.join(concept, 'Copy', 'Copy1.json'))
        out = self.build('with_concept', '--copies', '0', '--concept', concept)
        self.assertEqual(load(out, 'identifiers.json'),
                         ['<blank>', '44f52bb0', '6150a2bd', 'Copy1', '00576224', '6ea4a07e'])
        self.assertEqual(load(out, 'train', 'dataset.json')['total_groups'], 5)
        self.assertEqual(load(out, 'test', 'dataset.json')['total_groups'], 2)

    def test_fewer_copies_than_asked_for_are_reported(self):
        pair = {'input': [[1]], 'output': [[1]]}
        os.makedirs(self.path('dots'))
        self.write('dots/dot.json', json.dumps({'train': [pair], 'test': [pair]}))
        done = self.passes('tasks', 'build', 'arc', '--training', self.path('dots'), '--evaluation', EVALUATION,
                           '--copies', '20', '--out', self.path('dots_out'))
        self.assertEqual(done.stdout, self.path('dots_out') + ': arc, 3 tasks, 51 puzzles, 186 training examples, 63 test examples\n')
        self.assertEqual(done.stderr, 'trm: tasks with fewer than 20 different copies: 1\n')

    def test_data_are_replaced_only_when_told(self):
        out = self.build('kept', '--copies', '2')
        before = contents(out)
        self.fails(4, ['kept: holds a data set already', '--force'], 'tasks', 'build', 'arc', '--training', TRAINING,
                   '--evaluation', EVALUATION, '--copies', '1', '--out', out)
        self.assertEqual(contents(out), before)
        self.build('kept', '--copies', '1', '--force')
        self.assertNotEqual(contents(out), before)
        self.build('kept', '--copies', '2', '--force')
        self.assertEqual(contents(out), before)

    def test_bad_input(self):
        def refused(status, messages, *args):
            self.fails(status, messages, 'tasks', 'build', 'arc', '--out', self.path('refused'), *args)
            self.assertFalse(os.path.exists(self.path('refused')))

        os.makedirs(self.path('bad'))
        self.write('bad/x.json', '{"train": [{"input": [[1, 2], [3, 10]], "output": [[1]]}], "test": []}')
        refused(4, ['bad/x.json: train[0].input[1][1]: is 10; fix: write a colour from 0 to 9'], '--training',
                self.path('bad'), '--evaluation', EVALUATION)
        refused(4, ['00576224', 'occurs twice'], '--training', EVALUATION, '--evaluation', EVALUATION)
        refused(4, ['absent'], '--training', self.path('absent'), '--evaluation', EVALUATION)
        refused(4, ['NOTICE: is not JSON'], '--training', os.path.join(FIXTURES, 'NOTICE'), '--evaluation', EVALUATION)
        refused(2, ['--evaluation is required'], '--training', TRAINING)
        refused(2, ['--copies', '"-1" is not a whole number from 0'], '--training', TRAINING, '--evaluation', EVALUATION,
                '--copies=-1')
        file = self.write('file', 'kept')
        self.fails(4, [file], 'tasks', 'build', 'arc', '--training', TRAINING, '--evaluation', EVALUATION, '--copies', '1',
                   '--out', file)


class Vote(Arc):
    def setUp(self):
        self.data = self.path('votes')
        if not os.path.exists(self.data):
            self.build('votes', '--copies', '0')

    def right(self):
        """A right prediction for every test pair."""
        return [{'name': name, 'example': i, 'output': canvas(pair['output']), 'q_halt': 0.5}
                for name, task in self.tasks.items() for i, pair in enumerate(task['test'])]

    def lines(self, name, rows):
        return self.write(name, ''.join(json.dumps(row) + '\n' for row in rows))

    def vote(self, *files, form='json'):
        return self.passes('tasks', 'vote', '--data', self.data, '--format', form, '--predictions', *files,
                           '--submission', self.path('submission.json'))

    def test_perfect(self):
        file = self.lines('right.jsonl', self.right())
        done = self.vote(file)
        out = json.loads(done.stdout)
        self.assertEqual(done.stderr, '')
        self.assertEqual((out['tasks'], out['test_pairs'], out['test_pairs_without_votes'], out['tasks_left_out']),
                         (2, 3, 0, 0))
        self.assertEqual([(p['k'], p['pass'], p['right_test_pairs']) for p in out['trm']],
                         [(k, 1.0, 3) for k in (1, 2, 5, 10, 100, 1000)])
        self.assertEqual([(p['k'], p['pass'], p['right_tasks']) for p in out['hrm']],
                         [(k, 1.0, 2) for k in (1, 2, 10, 100, 1000)])
        submission = load(self.path('submission.json'))
        for name, task in self.tasks.items():
            self.assertEqual(submission[name],
                             [{'attempt_1': p['output'], 'attempt_2': p['output']} for p in task['test']])
        with open(file, encoding='utf-8') as f:
            piped = self.passes('tasks', 'vote', '--data', self.data, '--format', 'json', '--predictions', '-', stdin=f.read())
        self.assertEqual(json.loads(piped.stdout), out)
        self.fails(4, ['standard input: '], 'tasks', 'vote', '--data', self.data, '--predictions', '-', stdin='{}\n')
        self.fails(2, ['--predictions: names standard input twice'], 'tasks', 'vote', '--data', self.data, '--predictions',
                   '-', '-')
        text = self.vote(file, form='md').stdout
        self.assertIn('2 tasks, 3 test pairs, 0 of them without a vote\n', text)
        self.assertIn('| pass@2 | 100.00 % | 3 | 3 |\n', text)
        self.assertIn('| pass@1000 | 100.00 % | 2 | 2 | ', text)
        csv = self.vote(file, form='csv').stdout.splitlines()
        self.assertEqual(csv[0], 'definition,k,pass,right,total')
        self.assertEqual(csv[2], 'trm,2,1,3,3')
        self.assertEqual(csv[-1], 'hrm,1000,1,2,2')
        self.assertEqual(len(csv), 12)

    def test_several_files_vote_together(self):
        rows = self.right()
        wrong = [{**row, 'output': canvas([[1, 2, 3]]), 'q_halt': 2} for row in rows]
        first, second, third = (self.lines(name, r) for name, r in (('1.jsonl', wrong), ('2.jsonl', rows),
                                                                    ('3.jsonl', rows[:1])))
        done = self.vote(first, second, third)
        # One vote each, the wrong ones more confident, until the third file.
        self.assertEqual([p['right_test_pairs'] for p in json.loads(done.stdout)['trm']], [1, 3, 3, 3, 3, 3])
        self.assertIn('3.jsonl answers 1 of 3 examples', done.stderr)
        submission = load(self.path('submission.json'))
        self.assertEqual(submission[rows[1]['name']][rows[1]['example']]['attempt_1'], [[1, 2, 3]])

    def test_unanswered_pairs_are_wrong(self):
        rows = [row for row in self.right() if (row['name'], row['example']) != ('6ea4a07e', 1)]
        out = json.loads(self.vote(self.lines('some.jsonl', rows)).stdout)
        self.assertEqual(out['trm'][0]['pass'], 0.75)
        self.assertEqual(out['hrm'][0]['pass'], 0.5)
        self.assertEqual(out['test_pairs_without_votes'], 1)
        self.assertEqual(load(self.path('submission.json'))['6ea4a07e'][1], {'attempt_1': [], 'attempt_2': []})

    def test_bad_predictions(self):
        row = self.right()[0]
        good = json.dumps(row) + '\n'
        for name, content, message in (
                ('empty', '', 'empty.jsonl: holds no lines'),
                ('text', good + 'no json\n', 'text.jsonl: line 2: is not JSON'),
                ('twice', good + good, 'twice.jsonl: line 2: row '),
                ('name', good.replace(row['name'], 'deadbeef'), 'line 1: name: "deadbeef" is no puzzle'),
                ('example', json.dumps({**row, 'example': 9}), 'line 1: example: 9 is not below'),
                ('short', json.dumps({**row, 'output': [2]}), 'line 1: output: is a list of 1;'),
                ('token', json.dumps({**row, 'output': [12]}), 'line 1: output[0]: is 12;'),
                ('field', json.dumps({**row, 'id': 1}), 'line 1: id: is an unknown field'),
                ('missing', json.dumps({k: v for k, v in row.items() if k != 'q_halt'}), 'line 1: q_halt: is missing'),
                ('nan', good.replace('0.5', 'NaN'), 'nan.jsonl: line 1: is not JSON'),
                ('utf8', b'{"name": "\xff"}', 'utf8.jsonl: line 1: is not UTF-8')):
            with self.subTest(name):
                file = self.write(name + '.jsonl', content)
                self.fails(4, ['error: ', message], 'tasks', 'vote', '--data', self.data, '--predictions', file,
                           '--submission', self.path('never.json'))
                self.assertFalse(os.path.exists(self.path('never.json')))
        for file in (self.path('absent.jsonl'), self.directory):
            self.fails(4, [file], 'tasks', 'vote', '--data', self.data, '--predictions', file)

    def test_bad_data(self):
        file = self.lines('right.jsonl', self.right())
        self.fails(4, ['absent'], 'tasks', 'vote', '--data', self.path('absent'), '--predictions', file)
        data = self.path('other_names')
        shutil.copytree(self.data, data)
        names = load(data, 'identifiers.json')
        with open(os.path.join(data, 'identifiers.json'), 'w') as f:
            json.dump(names[:-1], f)
        self.fails(4, ['other_names: puzzle 4: has no name'], 'tasks', 'vote', '--data', data, '--predictions', file)

    def test_usage(self):
        self.fails(2, ['--predictions is required'], 'tasks', 'vote', '--data', self.data)
        self.fails(2, ['--format', 'xml'], 'tasks', 'vote', '--data', 'a', '--predictions', 'b', '--format', 'xml')
        self.fails(2, ['trm tasks build needs a command: '], 'tasks', 'build')


if __name__ == '__main__':
    unittest.main()
