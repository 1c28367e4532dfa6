#!/usr/bin/env python3
"""trm run --puzzle: answers, traces, JSON, and every kind of bad input."""

import json
import unittest

from support import CliTest

SUDOKU = '1..4\n..1.\n.3..\n2..3\n'
OTHER = '.1..\n..1.\n.3..\n2..3\n'  # for which the model's only answer is wrong
ANSWER = '1 2 | 3 4\n3 4 | 1 2\n\n4 3 | 2 1\n2 1 | 4 3\n'
MAZE = '#####\n#S  #\n### #\n#G  #\n#####\n'
TASK = {'train': [{'input': [[1]], 'output': [[2]]}],
        'test': [{'input': [[5, 6]], 'output': [[1, 2], [3, 4]]}, {'input': [[7]]}]}


class RunPuzzle(CliTest):
    def sudoku(self, text=SUDOKU, name='puzzle.txt'):
        return self.write(name, text)

    def test_answer(self):
        result = self.passes('run', self.model('sudoku'), '--puzzle', self.sudoku())
        self.assertEqual((result.stdout, result.stderr), (ANSWER, ''))
        result = self.passes('run', self.model('maze'), '--puzzle', self.sudoku(MAZE), '--check')
        self.assertEqual(result.stdout, '#####\n#Soo#\n###o#\n#Goo#\n#####\n')
        self.assertEqual(result.stderr, 'trm: puzzle 1 (line 1): right\n')

    def test_threads_and_types_of_weights(self):
        for option in (['--threads', '2'], ['--threads', '3', '--pin', 'on'], ['--dtype', 'fp32'], ['--dtype', 'bf16'],
                       ['--dtype', 'int8', '--threads', '2']):
            with self.subTest(option):
                result = self.passes('run', self.model('sudoku'), '--puzzle', self.sudoku(), *option)
                self.assertEqual((result.stdout, result.stderr), (ANSWER, ''))
        not_finite = self.trm('run', self.model('sudoku_inf'), '--puzzle', self.sudoku(), '--dtype', 'int8')
        self.assertEqual((not_finite.returncode, not_finite.stdout), (4, ''))

    def test_several_puzzles(self):
        file = self.sudoku(f'# two\n{SUDOKU}\n{SUDOKU}')
        result = self.passes('run', self.model('sudoku'), '--puzzle', file, '--check')
        self.assertEqual(result.stdout, f'{ANSWER}\n{ANSWER}')
        self.assertEqual(result.stderr, 'trm: puzzle 1 (line 2): right\ntrm: puzzle 2 (line 7): right\n')
        # What is printed can be read.
        self.passes('run', self.model('sudoku'), '--puzzle', self.write('answer.txt', result.stdout))

    def test_wrong_answer(self):
        file = self.sudoku(f'{SUDOKU}\n{OTHER}')
        result = self.trm('run', self.model('sudoku'), '--puzzle', file)
        self.assertEqual((result.returncode, result.stdout), (1, f'{ANSWER}\n{ANSWER}'))
        self.assertEqual(result.stderr,
                         'trm: puzzle 2 (line 6): wrong: row 1, column 2 holds 2, but 1 is given\n')
        file = self.sudoku(MAZE.replace('#S  #', '#  S#'))
        result = self.trm('run', self.model('maze'), '--puzzle', file)
        self.assertEqual(result.returncode, 1)
        self.assertIn("wrong: row 2, column 2 holds 'S', but the maze has ' ' there", result.stderr)

    def test_model_that_does_not_halt(self):
        doubtful = self.model('doubtful')
        self.passes('run', doubtful, '--puzzle', self.sudoku())
        result = self.trm('run', doubtful, '--puzzle', self.sudoku(OTHER))
        self.assertEqual(result.returncode, 1)
        self.assertIn('; the model did not halt in 4 steps; fix: raise --steps', result.stderr)

    def test_tries(self):
        file = self.sudoku(f'{SUDOKU}\n{OTHER}')
        # The only answer of this model is right in the puzzle's own view alone.
        rules = ['--tries', '6', '--select', 'rules', '--check']
        result = self.trm('run', self.model('sudoku'), '--puzzle', file, *rules)
        self.assertEqual(result.returncode, 1)
        self.assertTrue(result.stdout.startswith(ANSWER + '\n'))
        self.assertIn('trm: puzzle 1 (line 1): right: try 1 of 6, q_halt +2.00 (88.1 %)\n', result.stderr)
        self.assertIn('trm: puzzle 2 (line 6): wrong: ', result.stderr)
        self.assertIn('trm: 1 of 2 right, 1 wrong though the model was sure, 0 where it was not sure; 6.0 tries each\n',
                      result.stderr)
        stop = self.trm('run', self.model('sudoku'), '--puzzle', file, *rules, '--stop-at', '0')
        self.assertIn('right: try 1 of 1, ', stop.stderr)
        self.assertIn('; 3.5 tries each\n', stop.stderr)
        for threads in ('1', '2', '5'):
            again = self.trm('run', self.model('sudoku'), '--puzzle', file, *rules, '--threads', threads)
            self.assertEqual((again.stdout, again.stderr), (result.stdout, result.stderr))

    def test_tries_of_a_model_that_is_not_sure(self):
        result = self.passes('run', self.model('doubtful'), '--puzzle', self.sudoku(), '--tries', '3', '--check')
        self.assertEqual(result.stdout, ANSWER)
        self.assertIn('right: not sure: try 1 of 3, q_halt -', result.stderr)

    def test_tries_as_json_and_trace(self):
        args = ['run', self.model('sudoku'), '--puzzle', self.sudoku(), '--tries', '4', '--seed', '3']
        out = json.loads(self.passes(*args, '--json').stdout)
        tries = out['tries']
        self.assertEqual((tries['select'], tries['made'], tries['chosen'], tries['sure']), ('q_halt', 4, 1, True))
        self.assertEqual([t['steps'] for t in tries['list']], [1] * 4)
        self.assertEqual(tries['list'][0]['answer'], out['answer'])
        self.assertGreater(len({t['answer'] for t in tries['list']}), 1)
        other = json.loads(self.trm(*args[:-1], '4', '--json').stdout)['tries']['list']
        self.assertNotEqual([t['answer'] for t in other], [t['answer'] for t in tries['list']])
        text = self.passes(*args, '--trace').stdout
        self.assertIn('try 1  q_halt +2.00 (88.1 %)  1 step  right  chosen\n', text)
        self.assertIn('try 4  q_halt +2.00 (88.1 %)  1 step', text)
        self.assertTrue(text.endswith(ANSWER))

    def test_tries_that_there_are_not(self):
        maze = ['run', self.model('maze'), '--puzzle', self.sudoku(MAZE), '--check', '--tries', '9']
        result = self.passes(*maze)
        self.assertIn('trm: a maze 5x5 has 8 views, so there are 8 tries; --vary both makes more\n', result.stderr)
        self.assertIn(' of 8, ', result.stderr)
        self.assertIn(' of 9, ', self.passes(*maze, '--vary', 'both').stderr)
        task = self.write('task.json', json.dumps(TASK))
        self.fails(4, ['each ARC puzzle has one view here', '; fix: add --vary states, or let trm tasks vote'],
                   'run', self.model('arc'), '--puzzle', task, '--id', '1', '--tries', '2')
        for bad, message in ((['--tries', '0'], '--tries'), (['--tries', '2', '--select', 'best'], '--select'),
                             (['--tries', '2', '--stop-at', 'often'], '"often" is no number from -1000 to 1000'),
                             (['--select', 'rules'], '--tries'), (['--tries', '2', '--vary', 'luck'], '--vary')):
            with self.subTest(bad):
                self.fails(2, [message], 'run', self.model('sudoku'), '--puzzle', self.sudoku(), *bad)

    def test_standard_input(self):
        result = self.passes('run', self.model('sudoku'), '--puzzle', '-', stdin=SUDOKU)
        self.assertEqual((result.stdout, result.stderr), (ANSWER, ''))
        self.fails(4, ['standard input: '], 'run', self.model('sudoku'), '--puzzle', '-', stdin='1 2 3\n')
        unsolved = {**TASK, 'test': [{'input': [[7]]}]}
        result = self.passes('run', self.model('arc'), '--puzzle', '-', '--id', '1', stdin=json.dumps(unsolved))
        self.assertEqual(result.stdout, '1 2\n3 4\n')

    def test_a_file_that_asks_for_more_steps_than_anyone_waits_for(self):
        tireless = self.model('tireless')
        self.fails(4, ['tireless.safetensors: halt_max_steps: asks for 65536 supervision steps; fix: say how many with '
                       '--steps, up to 1000'], 'run', tireless, '--puzzle', self.sudoku())
        self.passes('run', tireless, '--puzzle', self.sudoku(), '--steps', '3')

    def test_out_of_time(self):
        soon = ['--max-seconds', '0.000000001']
        result = self.trm('run', self.model('doubtful'), '--puzzle', self.sudoku(OTHER), *soon)
        self.assertEqual(result.returncode, 1)
        self.assertIn('; out of time after 1 steps; fix: raise --max-seconds', result.stderr)
        # An answer that the rules confirm counts, whenever it came.
        out = json.loads(self.passes('run', self.model('doubtful'), '--puzzle', self.sudoku(), '--json', *soon).stdout)
        self.assertEqual((out['out_of_time'], out['right'], len(out['steps'])), (True, True, 1))
        out = json.loads(self.passes('run', self.model('sudoku'), '--puzzle', self.sudoku(), '--json').stdout)
        self.assertIs(out['out_of_time'], False)
        # One whose output nobody knows does not count before its time.
        unsolved = self.write('task.json', json.dumps({**TASK, 'test': [{'input': [[7]]}]}))
        unknown = self.trm('run', self.model('arc'), '--puzzle', unsolved, '--id', '1', '--all-steps', *soon)
        self.assertEqual((unknown.returncode, unknown.stdout), (1, '1 2\n3 4\n'))
        self.assertEqual(unknown.stderr, 'trm: puzzle 1: out of time after 1 steps; fix: raise --max-seconds\n')

    def test_steps(self):
        for model, options, steps in (('sudoku', [], 1), ('doubtful', [], 4), ('doubtful', ['--steps', '6'], 6),
                                      ('doubtful', ['--steps', '2'], 2), ('sudoku', ['--steps', '3'], 1),
                                      ('sudoku', ['--all-steps'], 4), ('sudoku', ['--all-steps', '--steps', '3'], 3)):
            with self.subTest(model, options=options):
                out = self.passes('run', self.model(model), '--puzzle', self.sudoku(), '--json', *options).stdout
                self.assertEqual(len(json.loads(out)['steps']), steps)
                self.assertEqual(json.loads(out)['answer_step'], steps)

    def test_json(self):
        result = self.trm('run', self.model('sudoku'), '--puzzle', self.sudoku(f'{SUDOKU}\n{OTHER}'), '--json',
                          '--steps', '2', '--all-steps')
        self.assertEqual(result.returncode, 1)
        first, second = (json.loads(line) for line in result.stdout.splitlines())
        self.assertEqual((first['puzzle'], first['line'], first['family']), (1, 1, 'sudoku 4x4'))
        self.assertEqual((first['rows'], first['columns']), (4, 4))
        self.assertEqual((first['question'], first['answer']), ('1..4..1..3..2..3', '1234341243212143'))
        self.assertEqual((first['right'], first['halted']), (True, True))
        self.assertNotIn('problem', first)
        self.assertEqual([step['changed'] for step in first['steps']], [10, 0])
        self.assertEqual([step['cells'] for step in first['steps']], ['1234341243212143'] * 2)
        for step in first['steps']:
            self.assertAlmostEqual(step['q_halt'], 2)
            self.assertGreater(step['latency_ns'], 0)
        self.assertEqual(first['latency_ns'], sum(step['latency_ns'] for step in first['steps']))
        self.assertRegex(first['model'], '^[0-9a-f]{16}$')
        self.assertEqual((second['right'], second['line']), (False, 6))
        self.assertEqual(second['problem'], 'row 1, column 2 holds 2, but 1 is given')

    def test_trace(self):
        result = self.passes('run', self.model('sudoku'), '--puzzle', self.sudoku(), '--trace', '--steps', '2',
                             '--all-steps')
        self.assertEqual(result.stdout, (' 1 . | . 4\n . . | 1 .\n\n . 3 | . .\n 2 . | . 3\n'
                                         '\nstep 1  q_halt +2.00 (88.1 %), would halt  10 cells changed  right\n'
                                         ' 1[2]|[3]4\n[3 4]| 1[2]\n\n[4]3 |[2 1]\n 2[1]|[4]3\n'
                                         '\nstep 2  q_halt +2.00 (88.1 %), would halt  0 cells changed  right\n'
                                         ' 1 2 | 3 4\n 3 4 | 1 2\n\n 4 3 | 2 1\n 2 1 | 4 3\n'
                                         f'\n{ANSWER}'))
        wrong = self.trm('run', self.model('doubtful'), '--puzzle', self.sudoku(OTHER), '--trace').stdout
        self.assertIn('step 1  q_halt -2.00 (11.9 %)  12 cells changed  1 cell breaks a given or a rule\n', wrong)
        self.assertEqual(wrong.count('step '), 4)
        halts = self.passes('run', self.model('maze'), '--puzzle', self.sudoku(MAZE), '--trace').stdout
        self.assertIn('(88.1 %), halts  5 cells changed  right\n # # # # #\n # S[o o]#\n # # #[o]#\n', halts)

    def test_page(self):
        page = self.path('puzzles.html')
        file = self.sudoku(f'{SUDOKU}\n{OTHER}')
        result = self.trm('run', self.model('sudoku'), '--puzzle', file, '--html', page)
        self.assertEqual((result.returncode, result.stdout), (1, f'{ANSWER}\n{ANSWER}'))
        with open(page, encoding='utf-8') as read:
            text = read.read()
        self.assertEqual(text.count('<figure'), 2)
        self.assertIn('1 of 2 solved', text)
        self.assertIn('q_halt', text)
        self.assertNotRegex(text, r'https?://|<script')
        self.passes('run', self.model('arc'), '--puzzle', self.write('task.json', json.dumps(TASK)), '--id', '1', '--html', page)
        self.fails(4, ['--html', 'its folder does not exist'], 'run', self.model('sudoku'), '--puzzle', file, '--html',
                   self.path('no/such/page.html'))

    def test_arc(self):
        file = self.write('00576224.json', json.dumps(TASK))
        result = self.passes('run', self.model('arc'), '--puzzle', file, '--id', '1', '--check')
        self.assertEqual(result.stdout, '1 2\n3 4\n\n1 2\n3 4\n')
        self.assertEqual(result.stderr, 'trm: puzzle 1: right\ntrm: puzzle 2: not checked, its output is not known\n')
        other = json.loads(json.dumps(TASK))
        other['test'][0]['output'] = [[1, 2]]
        result = self.trm('run', self.model('arc'), '--puzzle', self.write('wrong.json', json.dumps(other)), '--id', '1')
        self.assertEqual(result.returncode, 1)
        self.assertIn('puzzle 1: wrong: it is not the output that the file gives', result.stderr)
        trace = self.trm('run', self.model('arc'), '--puzzle', file, '--id', '0', '--trace').stdout
        self.assertIn(' 5 6 +\n + +\n\nstep 1  q_halt +2.00 (88.1 %), halts  right\n 1 2 +\n 3 4 +\n + +\n', trace)

    def test_rows_of_the_puzzle_table(self):
        file = self.write('task.json', json.dumps(TASK))
        for row in ('7', '3', '1200'):
            self.assertNotEqual(self.trm('run', self.model('arc_stripped'), '--puzzle', file, '--id', row).returncode, 4)
        self.fails(4, ['arc_stripped.safetensors: has no row 1: of its puzzle table only 7,3,1200 were kept', '--rows'],
                   'run', self.model('arc_stripped'), '--puzzle', file, '--id', '1')
        self.fails(4, ['arc.safetensors: has no row 3: its puzzle table has 3', 'use --id 0 to 2'],
                   'run', self.model('arc'), '--puzzle', file, '--id', '3')
        self.fails(4, ['arc.safetensors: knows 3 puzzles by their row', '--id N'],
                   'run', self.model('arc'), '--puzzle', file)
        self.fails(4, ['sudoku.safetensors: has no row 1: its puzzle table has 1'],
                   'run', self.model('sudoku'), '--puzzle', self.sudoku(), '--id', '1')

    def test_bad_puzzles(self):
        for text, messages in (
                ('', ['bad.txt: holds no puzzle']),
                ('# only words\n', ['bad.txt: holds no puzzle']),
                (f'{SUDOKU}\n1..4\n..%.\n', ['bad.txt: puzzle at line 6: row 2, column 3: "%" is neither']),
                ('1..4\n..1\n', ['bad.txt: puzzle at line 1: row 2: has 3 cells, not 4']),
                ('.........\n' * 9, ['bad.txt: puzzle at line 1: row 1: has 9 cells, not 4', 'solves sudoku 4x4']),
                ('1..4\n..1.\n', ['bad.txt: puzzle at line 1: has 2 rows, not 4']),
                ('1..1\n..1.\n.3..\n2..3\n', ['bad.txt: puzzle at line 1: row 1, column 4: 1 stands twice in its row']),
                ('1..9\n..1.\n.3..\n2..3\n', ['bad.txt: puzzle at line 1: row 1, column 4: "9" is neither']),
                (b'1..4\n\xff', ['bad.txt: ', 'UTF-8'])):
            with self.subTest(text):
                self.fails(4, messages + ['fix: '], 'run', self.model('sudoku'), '--puzzle',
                           self.write('bad.txt', text))
        self.fails(4, ['bad.txt: puzzle at line 1: has no G'], 'run', self.model('maze'), '--puzzle',
                   self.write('bad.txt', MAZE.replace('G', ' ')))
        self.fails(4, ['absent.txt: '], 'run', self.model('sudoku'), '--puzzle', self.path('absent.txt'))
        self.fails(4, [self.directory], 'run', self.model('sudoku'), '--puzzle', self.directory)
        self.fails(4, ['board.json: ', 'solves arc'], 'run', self.model('arc'), '--id', '0', '--puzzle',
                   self.write('board.json', SUDOKU))
        self.fails(4, ['ten.json: ', 'test[0].input[0][1]'], 'run', self.model('arc'), '--id', '0', '--puzzle',
                   self.write('ten.json', json.dumps(TASK).replace('[5, 6]', '[5, 10]')))

    def test_bad_models(self):
        puzzle = self.sudoku()
        self.fails(4, ['one.safetensors: is a model that answers prompts', 'fix: give it prompts'],
                   'run', self.model('one'), '--puzzle', puzzle)
        self.fails(4, ['sudoku.safetensors: is a puzzle model', 'fix: give it a puzzle with --puzzle FILE'],
                   'run', self.model('sudoku'), 'fact 1')
        self.fails(4, ['other.safetensors: __metadata__.config: 7 cells of 6 tokens are no puzzles'],
                   'run', self.model('other'), '--puzzle', puzzle)
        self.fails(4, ['nowhere: no model of that name'], 'run', 'nowhere', '--puzzle', puzzle)
        with open(self.model('sudoku'), 'rb') as f:
            good = f.read()
        for name, content in (('empty', b''), ('cut', good[:-4]), ('text', b'words\n'),
                              ('format', good.replace(b'trm.cpp published 1', b'trm.cpp published 9'))):
            with self.subTest(name):
                file = self.write(f'bad_{name}.safetensors', content)
                self.fails(4, [f'bad_{name}.safetensors: '], 'run', file, '--puzzle', puzzle)

    def test_weights_that_are_not_finite(self):
        result = self.trm('run', self.model('sudoku_inf'), '--puzzle', self.sudoku())
        self.assertEqual((result.returncode, result.stdout), (4, ''))
        self.assertIn('sudoku_inf.safetensors: ', result.stderr)
        self.assertIn('finite', result.stderr)

    def test_usage(self):
        model, puzzle = self.model('sudoku'), self.sudoku()
        for other in (['fact 1'], ['--file', 'x'], ['--predictions'], ['--memo'],
                      ['--recursion-limit', '3'], ['--max-frame-tokens', '3']):
            with self.subTest(other):
                self.fails(2, ['--puzzle'], 'run', model, '--puzzle', puzzle, *other)
        for option in (['--steps', '3'], ['--all-steps'], ['--id', '1']):
            with self.subTest(option):
                self.fails(2, [option[0], '--puzzle'], 'run', model, 'fact 1', *option)
        self.fails(2, ['--trace', '--json'], 'run', model, '--puzzle', puzzle, '--trace', '--json')
        for value in ('-1', 'x', '1001'):
            self.fails(2, [f'"{value}" is not a whole number from 0 to 1000'], 'run', model, '--puzzle', puzzle,
                       f'--steps={value}')

    def test_isa_does_not_matter(self):
        for isa in ('', 'generic'):
            self.passes('run', self.model('sudoku'), '--puzzle', self.sudoku(), env={'TRM_ISA': isa} if isa else {})


if __name__ == '__main__':
    unittest.main()
