#!/usr/bin/env python3
"""trm tasks: list, gen and score, with good and bad input."""

import csv
import json
import math
import os
import re
import resource
import unittest

from support import CliTest


TASKS = ['factorial', 'power', 'list_sum', 'gcd', 'fibonacci', 'tree_traversal', 'nested_expression', 'hanoi', 'ackermann',
         'mccarthy91', 'tak', 'mutual', 'recursive_flow', 'infinite_loop', 'induction', 'multi_step_qa']


class List(CliTest):
    def test_text_and_json_agree(self):
        text = self.passes('tasks', 'list').stdout
        tasks = json.loads(self.passes('tasks', 'list', '--json').stdout)
        self.assertEqual([t['name'] for t in tasks], TASKS)
        for task in tasks:
            self.assertIn(f"{task['name']} (version {task['version']}): {task['summary']}\n", text)
            for s in task['slices']:
                self.assertIn('  ' + s['name'] + ' ', text)
        plain = {t['name']: s['items'] for t in tasks for s in t['slices'] if s['name'] == 'plain'}
        self.assertEqual(plain, {'factorial': 25, 'power': 200, 'fibonacci': 25, 'ackermann': 91, 'mccarthy91': 121,
                                 'mutual': 200})
        for task in tasks:
            names = [s['name'] for s in task['slices']]
            self.assertEqual(names[:3], ['train', 'validation', 'test'])
            # What is named in the summary is how prompts begin.
            prompt = self.passes('tasks', 'gen', '--task', task['name'], '--slice', 'test', '--items', '1').stdout
            word = json.loads(prompt)['prompt'].split()[0]
            self.assertTrue(word in task['summary'] or task['name'] == 'tree_traversal', word)

    def test_usage(self):
        self.fails(2, ['trm tasks needs a command: list, gen, score, build, inspect, vote'], 'tasks')
        self.fails(2, ['unexpected argument more of trm tasks list'], 'tasks', 'list', 'more')


class Gen(CliTest):
    def gen(self, *args, **options):
        return self.passes('tasks', 'gen', *args, **options).stdout

    def test_items(self):
        text = self.gen('--task', 'factorial', '--slice', 'plain', '--items', '25')
        items = [json.loads(line) for line in text.splitlines()]
        self.assertEqual(len(items), 25)
        for i, item in enumerate(items):
            self.assertEqual(item['index'], i)
            self.assertEqual(item['answer'], str(math.factorial(item['depth'])))
        self.assertEqual(len({item['id'] for item in items}), 25)
        self.assertEqual({item['depth'] for item in items}, set(range(25)))

    def test_no_question_twice(self):
        for task, slice_ in (('tak', 'depth_2x'), ('hanoi', 'test'), ('gcd', 'test'), ('multi_step_qa', 'test')):
            with self.subTest(task=task, slice=slice_):
                text = self.gen('--task', task, '--slice', slice_, '--items', '100')
                items = [json.loads(line) for line in text.splitlines()]
                self.assertEqual(len({item['prompt'] for item in items}), 100)
                self.assertEqual(len({item['canonical'] for item in items}), 100)
                # Fewer are the first ones, and so are those of a file.
                self.assertEqual(self.gen('--task', task, '--slice', slice_, '--items', '30'),
                                 ''.join(line + '\n' for line in text.splitlines()[:30]))
        self.passes('tasks', 'gen', '--task', 'gcd', '--slice', 'test', '--items', '250', '--out', self.path('gcd.jsonl'))
        with open(self.path('gcd.jsonl'), encoding='utf-8') as file:
            self.assertEqual(file.read(), self.gen('--task', 'gcd', '--slice', 'test', '--items', '250'))

    def test_sizes(self):
        listed = self.passes('tasks', 'list').stdout
        for task in json.loads(self.passes('tasks', 'list', '--json').stdout):
            sizes = {s['name']: s.get('items') for s in task['slices']}
            if task['name'] not in ('hanoi', 'tak', 'factorial'):
                continue
            for name, size in sizes.items():
                if name == 'train':
                    self.assertIsNone(size)
                    continue
                self.assertIn(f'{size} items\n', listed)
                gen = ('tasks', 'gen', '--task', task['name'], '--slice', name)
                self.assertEqual(len(self.passes(*gen, '--items', str(size)).stdout.splitlines()), size)
                self.fails(2, ['--items', f'has {size} items only', f'at most {size}'], *gen, '--items', str(size + 1))
        self.assertIn('as many items as you ask for, some of which come again', listed)
        self.assertIn('as many different items as you ask for', listed)
        self.fails(2, ['--items', 'ask for at most 1000000 items of each seed'], 'tasks', 'gen', '--task', 'list_sum', '--slice', 'test',
                   '--items', '1000001')

    def test_answers_of_other_tasks(self):
        rules = {
            'power': lambda b, n, c=1: c * b ** n, 'list_sum': lambda *numbers: sum(numbers), 'gcd': math.gcd,
            'ackermann': lambda m, n: (n + 1, n + 2, 2 * n + 3, 2 ** (n + 3) - 3)[m],
            'mccarthy91': lambda n: n - 10 if n > 100 else 91,
        }
        for task, rule in rules.items():
            for line in self.gen('--task', task, '--slice', 'train', '--items', '50', '--seed', '5').splitlines():
                item = json.loads(line)
                with self.subTest(item['id'], prompt=item['prompt']):
                    self.assertEqual(item['answer'], str(rule(*map(int, item['prompt'].split()[1:]))))

    def test_every_slice_of_every_task(self):
        for task in json.loads(self.passes('tasks', 'list', '--json').stdout):
            for slice_ in task['slices']:
                with self.subTest(task=task['name'], slice=slice_['name']):
                    count = min(slice_.get('items', 20), 20)
                    text = self.gen('--task', task['name'], '--slice', slice_['name'], '--items', str(count), '--seed', '3')
                    items = [json.loads(line) for line in text.splitlines()]
                    self.assertEqual(len({item['id'] for item in items}), count)
                    self.assertEqual({(i['task'], i['version'], i['slice'], i['seed']) for i in items},
                                     {(task['name'], task['version'], slice_['name'], 3)})
                    rows = ''.join(json.dumps({'id': i['id'], 'answer': i['answer']}) + '\n' for i in items)
                    score = json.loads(self.passes('tasks', 'score', '--items', self.write('i.jsonl', text), '--predictions',
                                                   self.write('p.jsonl', rows), '--format', 'json').stdout)
                    # In the stream of training some come again.
                    questions = len({i['prompt'] for i in items})
                    self.assertTrue(questions == count or slice_['name'] == 'train')
                    self.assertEqual((score['all']['right'], score['all']['items']), (questions, questions))
                    self.assertEqual(score['repeated_items'], count - questions)

    def test_score_of_standard_input(self):
        text = self.gen('--task', 'factorial', '--slice', 'test', '--items', '4')
        rows = ''.join(json.dumps({'id': i['id'], 'answer': i['answer']}) + '\n' for i in map(json.loads, text.splitlines()))
        items, predictions = self.write('i.jsonl', text), self.write('p.jsonl', rows)
        for pair, given in (((items, '-'), rows), (('-', predictions), text), (('-', predictions), '\ufeff' + text)):
            out = self.passes('tasks', 'score', '--items', pair[0], '--predictions', pair[1], '--format', 'json', stdin=given)
            self.assertEqual(json.loads(out.stdout)['all']['right'], 4)
        self.fails(4, ['standard input: line 1: id: is missing'], 'tasks', 'score', '--items', '-', '--predictions',
                   predictions, stdin='{}\n')
        self.fails(4, ['standard input: is not UTF-8 at byte 0'], 'tasks', 'score', '--items', items, '--predictions', '-',
                   stdin=b'\xff')
        self.fails(2, ['--predictions: names standard input, as --items does; fix: name a file'], 'tasks', 'score',
                   '--items', '-', '--predictions', '-', stdin=text)

    def test_seed(self):
        args = ('--task', 'fibonacci', '--slice', 'test', '--items', '50')
        a, again, b = self.gen(*args, '--seed', '42'), self.gen(*args, '--seed', '42'), self.gen(*args, '--seed', '43')
        self.assertEqual(a, again)
        prompts = [{json.loads(line)['prompt'] for line in text.splitlines()} for text in (a, b)]
        self.assertLess(len(prompts[0] & prompts[1]), 5)

    def test_out(self):
        out = self.path('items.jsonl')
        args = ('--task', 'fibonacci', '--slice', 'lucas', '--items', '5')
        self.assertEqual(self.gen(*args, '--out', out), '')
        with open(out) as f:
            self.assertEqual(f.read(), self.gen(*args))

    def test_out_that_cannot_be_written(self):
        file = self.write('file', 'kept')
        for out in (os.path.join(file, 'x'), self.path('no/such/dir/x'), '/proc/x', self.directory):
            with self.subTest(out):
                self.fails(4, ['error: ', out], 'tasks', 'gen', '--task', 'factorial', '--slice', 'plain', '--items', '2',
                           '--out', out)
        with open(file) as f:
            self.assertEqual(f.read(), 'kept')

    def test_out_that_outgrows_a_file_size_limit(self):
        out = self.write('limited.jsonl', 'kept')
        before = set(os.listdir(self.directory))
        self.fails(4, ['limited.jsonl: '], 'tasks', 'gen', '--task', 'factorial', '--slice', 'test', '--items', '1000',
                   '--out', out, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)))
        self.assertEqual(set(os.listdir(self.directory)), before)
        with open(out) as f:
            self.assertEqual(f.read(), 'kept')

    def test_usage(self):
        self.fails(2, ['--task', 'factorial, power, list_sum', 'did you mean factorial?'], 'tasks', 'gen', '--task', 'factoral',
                   '--slice', 'plain')
        self.fails(2, ['--slice', '"tset" is none of ', 'did you mean test?'], 'tasks', 'gen', '--task', 'factorial',
                   '--slice', 'tset')
        self.fails(2, ['--items', 'has 25 items only', 'at most 25'], 'tasks', 'gen', '--task', 'factorial', '--slice',
                   'plain', '--items', '26')
        self.fails(2, ['--items', 'split test of ackermann has 3 items only'], 'tasks', 'gen', '--task', 'ackermann',
                   '--slice', 'test')
        self.fails(2, ['--task is required'], 'tasks', 'gen')
        for value in ('0', '-1', 'x', '1e3'):
            self.fails(2, ['--items', 'is not a whole number from 1'], 'tasks', 'gen', '--task', 'factorial', '--slice',
                       'test', f'--items={value}')
        self.fails(2, ['--seed', '18446744073709551616'], 'tasks', 'gen', '--task', 'factorial', '--slice', 'test',
                   '--seed', '18446744073709551616')


    def test_split_is_slice(self):
        args = ('--task', 'power', '--items', '5')
        self.assertEqual(self.gen(*args, '--slice', 'depth_2x'), self.gen(*args, '--split', 'depth_2x'))  # the former name
        self.fails(2, ['--slice is required'], 'tasks', 'gen', '--task', 'power')

    def test_difficulty(self):
        args = ('--task', 'fibonacci', '--slice', 'test', '--seed', '4')
        for choice, depths in (('9', {9}), ('3..5', {3, 4, 5})):
            with self.subTest(choice):
                text = self.gen(*args, '--items', '30', '--difficulty', choice)
                items = [json.loads(line) for line in text.splitlines()]
                self.assertEqual(len(items), 30)
                self.assertEqual({item['depth'] for item in items}, depths)
                self.assertEqual(text, self.gen(*args, '--items', '30', '--difficulty', choice))
                # They are items of the slice, in their order.
                last = items[-1]['index']
                everything = [json.loads(line) for line in self.gen(*args, '--items', str(last + 1)).splitlines()]
                self.assertEqual(items, [item for item in everything if item['depth'] in depths])

    def test_difficulty_that_does_not_occur(self):
        gen = ('tasks', 'gen', '--task', 'factorial', '--items', '5')
        self.fails(2, ['--difficulty', 'factorial/test, none has depth 13..20; they have depths 1..12'], *gen, '--slice',
                   'test', '--difficulty', '13..20')
        self.fails(2, ['--difficulty', 'only 3 have depth 22..24', 'ask for at most 3'], *gen, '--slice', 'plain',
                   '--difficulty', '22..24')
        for value in ('9..3', 'deep', '-1', ''):
            self.fails(2, ['--difficulty'], *gen, '--slice', 'test', f'--difficulty={value}')


class LanguageModels(CliTest):
    """From the files for lm_eval to the score of what it logs."""

    def gen(self, task, *args):
        self.passes('tasks', 'gen', '--task', task, '--slice', 'test', '--format', 'lm-eval', '--out', self.path('lm'),
                    *args)
        name = f'trm_{task}_test'
        with open(self.path(f'lm/{name}.jsonl'), encoding='utf-8') as f:
            documents = [json.loads(line) for line in f]
        with open(self.path(f'lm/{name}.yaml'), encoding='utf-8') as f:
            return documents, f.read()

    def pattern(self, yaml):
        quoted = re.search(r"^ +regex_pattern: '(.*)'$", yaml, re.M).group(1)
        return re.compile(quoted.replace("''", "'"))

    @staticmethod
    def filtered(pattern, reply):
        """As the harness's filter "regex" with group_select -1, and exact_match with its regexes_to_ignore."""
        found = pattern.findall(reply)
        if not found:
            return '[invalid]'
        last = found[-1]
        if isinstance(last, tuple):
            last = [group for group in last if group][0]
        return last.strip().replace(',', '').lower()

    def test_documents_and_task(self):
        for task in TASKS:
            with self.subTest(task):
                documents, yaml = self.gen(task, '--items', '3')
                pattern = self.pattern(yaml)
                self.assertIn(f"test: '{self.path(f'lm/trm_{task}_test.jsonl')}'", yaml)
                for document in documents:
                    self.assertEqual(set(document), {'id', 'task', 'slice', 'depth', 'prompt', 'question', 'answer'})
                    self.assertEqual(document['id'].split('@')[0], task)
                    for reply in (document['answer'], f"It takes 3 steps.\nSo: {document['answer']}."):
                        self.assertEqual(self.filtered(pattern, reply), document['answer'])
                    self.assertNotEqual(self.filtered(pattern, 'I do not say.'), document['answer'])

    def test_yaml_is_what_the_harness_reads(self):
        try:
            import yaml as reader
        except ImportError:
            self.skipTest('PyYAML is not installed')
        documents, text = self.gen('tree_traversal', '--items', '40', '--difficulty', '2..4')
        task = reader.safe_load(text)
        self.assertEqual({d['depth'] for d in documents}, {2, 3, 4})
        self.assertEqual(task['dataset_path'], 'json')
        self.assertEqual(task['dataset_kwargs']['data_files'], {'test': self.path('lm/trm_tree_traversal_test.jsonl')})
        self.assertEqual((task['task'], task['output_type']), ('trm_tree_traversal_test', 'generate_until'))
        regex, first = task['filter_list'][0]['filter']
        self.assertEqual((regex['function'], regex['group_select'], first['function']), ('regex', -1, 'take_first'))
        self.assertEqual(re.compile(regex['regex_pattern']), self.pattern(text))
        self.assertEqual(task['metric_list'][0]['regexes_to_ignore'], [','])

    def test_log_to_score(self):
        self.passes('tasks', 'gen', '--task', 'factorial', '--slice', 'test', '--items', '10', '--out',
                    self.path('items.jsonl'))
        documents, yaml = self.gen('factorial', '--items', '10')
        lines = ''
        for i, document in enumerate(documents):
            value = int(document['answer']) + (i % 5 == 4)
            reply = f'Let me think. 1 * 2 = 2, so the answer is **{value:,}**.'
            lines += json.dumps({'doc_id': i, 'doc': document, 'target': document['answer'],
                                 'arguments': {'gen_args_0': {'arg_0': document['prompt'], 'arg_1': {'until': []}}},
                                 'resps': [[reply]], 'filtered_resps': [re.findall(self.pattern(yaml), reply)[-1]],
                                 'filter': 'last-answer', 'metrics': ['exact_match'], 'exact_match': 1.0}) + '\n'
        score = ('tasks', 'score', '--items', self.path('items.jsonl'), '--predictions',
                 self.write('samples.jsonl', lines), '--format', 'json')
        self.assertEqual(json.loads(self.passes(*score, '--lenient').stdout)['all']['right'], 8)
        # Strictly, a number with commas is no number: those of small answers are left.
        strict = json.loads(self.passes(*score).stdout)['all']['right']
        self.assertEqual(strict, sum(int(d['answer']) < 1000 for i, d in enumerate(documents) if i % 5 != 4))
        texts = ''.join(json.dumps({'id': d['id'], 'answer': f"I get {d['answer']}!"}) + '\n' for d in documents)
        score = score[:5] + (self.write('texts.jsonl', texts),) + score[6:]
        self.assertEqual(json.loads(self.passes(*score, '--lenient').stdout)['all']['right'], 10)
        self.assertEqual(json.loads(self.passes(*score).stdout)['all']['right'], 0)

    def test_filters_and_repeats(self):
        self.passes('tasks', 'gen', '--task', 'factorial', '--slice', 'test', '--items', '4', '--out',
                    self.path('items.jsonl'))
        documents, _ = self.gen('factorial', '--items', '4')
        lines = [{'doc': d, 'resps': [[f'{d["answer"]} \ud83d', '-1']], 'filter': name, 'acc': float('nan'),
                  'filtered_resps': [d['answer'] if name == 'last' else 'no']}
                 for d in documents for name in ('last', 'strict')]
        log = self.write('samples.jsonl', ''.join(json.dumps(line) + '\n' for line in lines) + '\n')
        score = ('tasks', 'score', '--items', self.path('items.jsonl'), '--predictions', log, '--format', 'json')
        bench = ('bench', '--task', 'factorial', '--items', '4', '--model', 'exact-solver', '--predictions', log, '--name',
                 'x', '--out', self.path('bench'))
        for command in (score, bench):
            self.fails(4, ['samples.jsonl: filter: is one of several, each with a line for every document: "last", '
                           '"strict"; fix: name one with --filter'], *command)
            self.fails(2, ['--filter: "first" wrote no line of it; fix: use one of "last", "strict"'], *command,
                       '--filter', 'first')
        for name, right in (('last', 4), ('strict', 0)):
            result = self.passes(*score, '--filter', name)
            self.assertEqual(json.loads(result.stdout)['all']['right'], right)
            self.assertIn('4 documents have several replies, up to 2; number 1 of each is judged (--repeat)', result.stderr)
        self.fails(4, ['filtered_resps: holds 1 text, so there is no repeat 2'], *score, '--filter', 'last', '--repeat', '2')

    def test_bad_logs(self):
        self.passes('tasks', 'gen', '--task', 'tak', '--slice', 'test', '--items', '2', '--out', self.path('i.jsonl'))
        for line, message in (({'doc': {}, 'resps': [['1']]}, 'line 1: doc.id: is missing'),
                              ({'doc': {'id': 'a'}, 'resps': []}, 'line 1: resps: holds no text')):
            with self.subTest(message):
                self.fails(4, ['log.jsonl: ' + message], 'tasks', 'score', '--items', self.path('i.jsonl'),
                           '--predictions', self.write('log.jsonl', json.dumps(line) + '\n'))

    def test_places(self):
        gen = ('tasks', 'gen', '--task', 'tak', '--slice', 'test', '--items', '2', '--format', 'lm-eval')
        self.fails(2, ['--out', 'is missing'], *gen)
        file = self.write('occupied', 'kept')
        self.fails(4, [file], *gen, '--out', file)
        self.fails(4, [file], *gen, '--out', file + '/inside')
        with open(file) as f:
            self.assertEqual(f.read(), 'kept')
        self.fails(2, ['--format', 'xml'], *gen[:-1], 'xml')


class BuildFractal(CliTest):
    def test_build(self):
        build = ('tasks', 'build', 'fractal', '--generate', '--size', '12', '--train', '30', '--test', '5', '--seed', '3')
        done = self.passes(*build, '--augment', '15', '--out', self.path('a'))
        self.assertEqual(done.stdout, f"{self.path('a')}: fractal 12x12, 480 training examples, 5 test examples\n")
        for split in ('train', 'test'):
            with open(self.path(f'a/{split}/dataset.json')) as f:
                sizes = json.load(f)
            self.assertEqual((sizes['vocab_size'], sizes['seq_len']), (5, 144))
        with open(self.path('a/train/all__inputs.npy'), 'rb') as a:
            inputs = a.read()
        self.passes(*build, '--augment', '15', '--out', self.path('b'))
        with open(self.path('b/train/all__inputs.npy'), 'rb') as b:
            self.assertEqual(inputs, b.read())
        self.assertIn('fractal', self.passes('tasks', 'inspect', self.path('a')).stdout)

    def test_csv(self):
        question = '###......#o#......###.........ooo......ooo......ooo' + '.' * 30
        answer = '##########o##o##o############ooo####o#ooo#o####ooo#############o##o##o###########'
        bad = self.write('bad.csv', f'source,question,answer,rating\nx,{question},{answer[:-1]}o,0\n')
        self.fails(4, ['bad.csv', 'is not the next iteration of the question'], 'tasks', 'build', 'fractal', '--size', '9',
                   '--csv', bad, '--train', '1', '--test', '1', '--out', self.path('c'))

    def test_usage(self):
        self.fails(2, ['--size'], 'tasks', 'build', 'fractal', '--generate', '--size', '8', '--out', self.path('d'))
        self.fails(2, ['copies'], 'tasks', 'build', 'fractal', '--generate', '--augment', '16', '--out', self.path('d'))
        self.fails(2, ['--generate'], 'tasks', 'build', 'fractal', '--out', self.path('d'))


class BuildFromCollections(CliTest):
    HARD = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'fixtures', 'sudoku', 'top1465-60.txt')
    ANSWER = '123456789456789123789123456214365897365897214897214365531642978642978531978531642'

    def build(self, out, *args, **options):
        return self.passes('tasks', 'build', 'sudoku', '--out', self.path(out), *args, **options)

    def test_a_public_list(self):
        result = self.build('a', '--lines', self.HARD, '--train', '30', '--test', '3')
        self.assertIn('sudoku 9x9, 30 training examples, 3 test examples\n', result.stdout)
        self.assertIn('top1465-60.txt: 60 puzzles, ', result.stderr)
        self.assertIn('beyond the ladder', result.stderr)
        self.assertRegex(result.stderr, r'a split by line would share solutions between training and test: \d+ of \d+ ')
        with open(self.path('a/puzzles.csv'), encoding='utf-8') as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row['split'] for row in rows], ['train'] * 30 + ['test'] * 3)
        with open(self.HARD, encoding='utf-8') as file:
            lines = file.read().split('\n')
        for row in rows:
            self.assertEqual(lines[int(row['line']) - 1], row['question'])
            for given, digit in zip(row['question'], row['answer']):
                self.assertIn(given, ('.', digit))
        # What was drawn is a CSV file that trm reads, and the data set is one that it measures.
        self.passes('tasks', 'build', 'sudoku', '--csv', self.path('a/puzzles.csv'), '--train', '5', '--test', '1', '--out',
                    self.path('again'))
        self.assertIn('sudoku 9x9', self.passes('tasks', 'inspect', self.path('a')).stdout)

    def test_shares_and_headers(self):
        with open(self.HARD, encoding='utf-8') as file:
            puzzles = file.read().split()
        first = self.write('first.txt', '\ufeff# mine\n' + ''.join(f'{p} # {i}\n' for i, p in enumerate(puzzles[:30])))
        second = self.write('second.csv', 'quizzes,solutions\n' + ''.join(f'{p.replace(".", "0")},{a}\n' for p, a in
                                                                        self.solved(puzzles[30:])))
        self.build('b', '--lines', first, second, '--train', '12', '--test', '1', '--shares', '1,2')
        with open(self.path('b/puzzles.csv'), encoding='utf-8') as file:
            files = [os.path.basename(row['file']) for row in csv.DictReader(file) if row['split'] == 'train']
        self.assertEqual((files.count('first.txt'), files.count('second.csv')), (4, 8))

    def solved(self, puzzles):
        """Puzzles with their solutions, as this builder finds them."""
        self.build('solved', '--lines', '-', '--train', '20', '--test', '1', stdin='\n'.join(puzzles))
        with open(self.path('solved/puzzles.csv'), encoding='utf-8') as file:
            return [(row['question'], row['answer']) for row in csv.DictReader(file)]

    def test_bad_input(self):
        build = ('tasks', 'build', 'sudoku', '--train', '1', '--test', '1', '--out', self.path('none'), '--lines')
        good = '..' + self.ANSWER[2:]
        for text, message in (
                (good + '\n1234\n', 'bad.txt: line 2: begins with 4 characters without a gap, not the 81 cells of a puzzle'),
                ('.' * 81, 'bad.txt: line 1: has more than one solution; fix: add givens, or take the line out'),
                ('....567894' + '.' * 71, 'bad.txt: line 1: has more than one solution'),
                ('11' + '.' * 79, 'bad.txt: line 1, row 1, column 2'),
                ('# none\n', 'bad.txt: holds no puzzles; fix: write one per line'),
                ('quizzes,solutions\n' + good + ',' + self.ANSWER[::-1], 'bad.txt: line 2, column answer'),
                (good, 'puzzles of these rules, not 1')):
            with self.subTest(text=text):
                self.fails(4, [message], *build, self.write('bad.txt', text))
        self.fails(2, ['--shares: has 2 numbers for 1 files'], *build, self.HARD, '--shares', '1,2')
        self.fails(2, ['--shares: "x" is no number above 0'], *build, self.HARD, '--shares', 'x')
        self.fails(2, ['--lines'], *build, self.HARD, '--generate')
        self.assertFalse(os.path.exists(self.path('none')))


class BuildFromStandardInput(CliTest):
    ANSWER = '1234341221434321'
    TRAIN = f'question,answer\n{"." + ANSWER[1:]},{ANSWER}\n'
    TEST = f'question,answer\n{"...." + ANSWER[4:]},{ANSWER}\n'

    def build(self, out, *args, **options):
        sizes = ('--size', '4', '--train', '1', '--test', '1')
        self.passes('tasks', 'build', 'sudoku', *sizes, *args, '--out', self.path(out), **options)
        inputs = []
        for split in ('train', 'test'):
            with open(self.path(f'{out}/{split}/all__inputs.npy'), 'rb') as file:
                inputs.append(file.read())
        return inputs

    def test_csv(self):
        train, test = self.write('train.csv', self.TRAIN), self.write('test.csv', self.TEST)
        files = self.build('files', '--csv', train, '--test-csv', test)
        self.assertEqual(self.build('in', '--csv', '-', '--test-csv', test, stdin=self.TRAIN), files)
        self.assertEqual(self.build('test-in', '--csv', train, '--test-csv', '-', stdin='\ufeff' + self.TEST), files)
        build = ('tasks', 'build', 'sudoku', '--size', '4', '--test', '1', '--out', self.path('none'), '--csv')
        self.fails(2, ['--test-csv: names standard input, as --csv does; fix: name a file'], *build, '-', '--test-csv', '-')
        for text, message in (('', 'standard input: is empty'), ('\xff', 'standard input: line 1: column "question" is missing'),
                              ('\x1f\x8b\x08', 'standard input: '), (self.TRAIN, 'standard input: has 1 train rows'),
                              (self.TRAIN.replace(',1', ',2'), 'standard input: line 2, column answer')):
            with self.subTest(text=text):
                self.fails(4, [message], *build, '-', '--test-csv', test, stdin=text)
        self.assertFalse(os.path.exists(self.path('none')))


class Score(CliTest):
    def setUp(self):
        self.items = self.path('items.jsonl')
        self.passes('tasks', 'gen', '--task', 'factorial', '--slice', 'plain', '--items', '20', '--out', self.items)
        with open(self.items) as f:
            self.rows = [json.loads(line) for line in f]

    def predictions(self, rows):
        return self.write('predictions.jsonl', ''.join(json.dumps(row) + '\n' for row in rows))

    def score(self, rows, *args):
        return self.passes('tasks', 'score', '--items', self.items, '--predictions', self.predictions(rows), *args).stdout

    def test_all_right(self):
        rows = [{'id': r['id'], 'answer': r['answer']} for r in self.rows]
        out = json.loads(self.score(rows, '--format', 'json'))
        self.assertEqual((out['all']['right'], out['all']['items'], out['all']['exact_match']), (20, 20, 1.0))
        self.assertEqual(out['all']['not_answered'], 0)
        self.assertEqual(out['all']['ci_high'], 1.0)
        self.assertAlmostEqual(out['all']['ci_low'], 20 / (20 + 1.959964 ** 2), places=5)
        self.assertIn('| factorial | plain | 20 | 20 | 0 | 100.00 % |', self.score(rows))

    def test_repeated_questions(self):
        # Somebody's file, with a question under two ids.
        copy = {**self.rows[3], 'id': 'again', 'index': 20}
        with open(self.items, 'a') as f:
            f.write(json.dumps(copy) + '\n')
        rows = [{'id': r['id'], 'answer': r['answer']} for r in self.rows] + [{'id': 'again', 'answer': '0'}]
        args = ('tasks', 'score', '--items', self.items, '--predictions', self.predictions(rows))
        result = self.passes(*args, '--format', 'json')
        self.assertIn('1 of 21 items ask what an item before them asks', result.stderr)
        out = json.loads(result.stdout)
        self.assertEqual((out['all']['right'], out['all']['items'], out['repeated_items']), (20, 20, 1))

    def test_wrong_and_missing(self):
        rows = [{'id': r['id'], 'answer': r['answer'] + '1'} for r in self.rows[:5]]
        rows += [{'id': r['id'], 'answer': r['answer']} for r in self.rows[5:15]]
        out = json.loads(self.score(rows, '--format', 'json'))
        self.assertEqual((out['all']['right'], out['all']['items'], out['all']['not_answered']), (10, 20, 5))
        self.assertEqual([s['slice'] for s in out['slices']], ['plain'])
        by_depth = {d['depth']: d['right'] for d in out['slices'][0]['by_depth']}
        self.assertEqual(by_depth, {r['depth']: int(5 <= i < 15) for i, r in enumerate(self.rows)})
        self.assertIn('| factorial | plain | 10 | 20 | 5 | 50.00 % |', self.score(rows))

    def test_from_items_to_score(self):
        lines = self.trm('run', self.model('one'), '--file', self.items, '--predictions').stdout
        predictions = self.write('from_run.jsonl', lines)
        out = json.loads(self.passes('tasks', 'score', '--items', self.items, '--predictions', predictions, '--format',
                                     'json').stdout)
        self.assertEqual(out['all']['right'], sum(r['answer'] == '1' for r in self.rows))
        self.assertEqual(out['all']['not_answered'], 0)

    def test_bad_predictions(self):
        first = self.rows[0]['id']
        for name, content, message in (
                ('unknown', '{"id":"factorial/plain/0/999","answer":"1"}\n', 'factorial/plain/0/999'),
                ('twice', '{"id":"%s","answer":"1"}\n' % first * 2, 'line 2'),
                ('type', '{"id":"%s","answer":1.5}\n' % first, 'answer'),
                ('field', '{"id":"%s"}\n' % first, 'answer'),
                ('json', '{"id":\n', 'line 1'),
                ('text', 'answer: 12\n', 'line 1'),
                ('utf8', b'{"id":"\xff","answer":"1"}\n', 'UTF-8'),
                ('empty', '', 'empty.jsonl')):
            with self.subTest(name):
                file = self.write(name + '.jsonl', content)
                self.fails(4, ['error: ', message], 'tasks', 'score', '--items', self.items, '--predictions', file)
        self.fails(4, ['absent.jsonl: '], 'tasks', 'score', '--items', self.items, '--predictions',
                   self.path('absent.jsonl'))
        self.fails(4, [self.directory], 'tasks', 'score', '--items', self.items, '--predictions', self.directory)

    def test_bad_items(self):
        good = self.predictions([{'id': self.rows[0]['id'], 'answer': '1'}])
        for name, change in (('answer', {'answer': '7'}), ('task', {'task': 'sums'}), ('version', {'version': 99}),
                             ('prompt', {'prompt': 'fact x'}), ('extra', {'colour': 'red'}), ('depth', {'depth': -1})):
            with self.subTest(name):
                file = self.write(name + '.jsonl', json.dumps({**self.rows[3], **change}) + '\n')
                self.fails(4, [name + '.jsonl: line 1: '], 'tasks', 'score', '--items', file, '--predictions', good)
        self.fails(4, ['absent.jsonl: '], 'tasks', 'score', '--items', self.path('absent.jsonl'), '--predictions', good)

    def test_usage(self):
        self.fails(2, ['--predictions is required'], 'tasks', 'score', '--items', self.items)
        self.fails(2, ['--format', 'xml'], 'tasks', 'score', '--items', 'a', '--predictions', 'b', '--format', 'xml')


if __name__ == '__main__':
    unittest.main()
