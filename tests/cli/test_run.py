#!/usr/bin/env python3
"""trm run: answers, failures of the model, traces, JSON, and every kind of bad input."""

import json
import subprocess
import unittest

from support import TRM, CliTest, damaged_models


class Run(CliTest):
    def test_answer(self):
        result = self.passes('run', self.model('one'), 'fact 1')
        self.assertEqual(result.stdout, '1\n')
        self.assertEqual(result.stderr, '')

    def test_words_without_quotes(self):
        self.assertEqual(self.passes('run', self.model('one'), 'fact', '0', '1').stdout, '1\n')

    def test_types_of_weights(self):
        for dtype in ('fp32', 'bf16', 'int8', 'auto'):
            with self.subTest(dtype=dtype):
                self.assertEqual(self.passes('run', self.model('one'), '--dtype', dtype, 'fact 1').stdout, '1\n')
                self.assertEqual(self.passes('run', self.model('one'), 'fact 1', env={'TRM_DTYPE': dtype}).stdout, '1\n')
        self.fails(2, ['--dtype'], 'run', self.model('one'), '--dtype', 'int3', 'fact 1')
        self.fails(2, ['TRM_DTYPE: "int3" is no type of weights; fix: use fp32, bf16, int8 or auto'], 'run', self.model('one'),
                   'fact 1', env={'TRM_DTYPE': 'int3'})

    def test_many_prompts_one_line_each(self):
        self.assertEqual(self.passes('run', self.model('one'), 'fact 1', 'fib 1', 'fib 2').stdout, '1\n1\n1\n')

    def test_prompts_of_all_tasks(self):
        prompts = ['fact 1', 'pow 3 0', 'sum 1', 'gcd 4 9', 'fib 1', 'height 5', 'total 1', 'preorder 1', 'calc min(1, 2)',
                   'ack 0 0', 'tak 1 2 1']
        result = self.passes('run', self.model('one'), '--check', *prompts)
        self.assertEqual(result.stdout, '1\n' * len(prompts))
        self.assertEqual(result.stderr, ''.join(f'trm: {prompt}: right\n' for prompt in prompts))
        result = self.passes('run', self.model('yes'), '--check', 'even 4', 'odd 3')
        self.assertEqual(result.stdout, 'yes\nyes\n')
        wrong = self.trm('run', self.model('one'), '--check', 'mccarthy 99', 'levels (1 2 3)')
        self.assertEqual((wrong.returncode, wrong.stdout), (1, '1\n1\n'))
        self.assertIn('mccarthy 99: wrong, the answer is 91', wrong.stderr)
        self.assertIn('levels (1 2 3): wrong, the answer is 1 2 3', wrong.stderr)

    def test_answers_that_are_streams(self):
        result = self.passes('run', self.model('echo'), '--check', 'fact 0 120', 'fib 0 987654321 4', 'pow 7 0 1000')
        self.assertEqual(result.stdout, '120\n987654321\n1000\n')
        self.assertEqual(self.passes('run', self.model('emit'), 'fact 3', 'preorder 1').stdout, '1\n1\n')

    def test_models_of_whole_sequences(self):
        for name in ('trace', 'answer'):
            with self.subTest(model=name):
                result = self.passes('run', self.model(name), '--check', 'fact 0', 'fact 1')
                self.assertEqual(result.stdout, '1\n1\n')
                wrong = self.trm('run', self.model(name), '--check', 'fact 2')
                self.assertEqual((wrong.returncode, wrong.stdout), (1, '1\n'))
        result = self.passes('run', self.model('trace'), '--trace', 'fact 1')
        self.assertEqual(result.stdout, 'fact 1 x\n= 1   3 tokens\n1\n')
        self.assertEqual(self.passes('run', self.model('answer'), '--trace', 'fact 1').stdout, '1\n')
        line = json.loads(self.passes('run', self.model('trace'), '--json', 'fact 1').stdout)
        self.assertEqual((line['frames'], line['own_tokens'], line['fed_tokens'], line['max_depth']), (1, 3, 7, 1))
        many = self.passes('run', self.model('trace'), '--threads', '3', *['fact 1'] * 40)
        self.assertEqual(many.stdout, '1\n' * 40)

    def test_sequences_that_answer_nothing(self):
        endless = self.trm('run', self.model('babble'), '--max-frame-tokens', '50', 'fact 1', 'fact 2')
        self.assertEqual((endless.returncode, endless.stdout), (1, '\n\n'))
        self.assertIn('fact 1: frame too long', endless.stderr)
        tree = self.trm('run', self.model('babble'), '--max-frame-tokens', '10', '--trace', 'fact 1')
        self.assertIn('cut off after: 0 0 0', tree.stdout)
        no_flag = self.trm('run', self.model('trace'), 'even 2')
        self.assertEqual(no_flag.returncode, 1)
        self.assertIn('is neither YES nor NO', no_flag.stderr)

    def test_tasks_that_a_model_of_sequences_has_not_learnt(self):
        for name, known in (('trace', 'factorial, mutual'), ('answer', 'factorial')):
            self.fails(4, ['"gcd 4 6" is of the task gcd, which this model has not learnt', f'ask about {known}, or'],
                       'run', self.model(name), 'fact 1', 'gcd 4 6')
        self.fails(4, ['__metadata__.encoding: "traces" is none of frames, trace, answer'],
                   'run', self.model('unknown_encoding'), 'fact 1')
        self.fails(4, ['__metadata__.tasks: "factorials" is no task'], 'run', self.model('unknown_task'), 'fact 1')

    def test_isa_and_threads_do_not_matter(self):
        prompts = [f'fib {n % 20}' for n in range(40)]
        for args, env in (([], {}), (['--threads', '1'], {}), (['--threads', '3'], {'TRM_PIN': '0'}),
                          (['--memo'], {'TRM_ISA': 'generic'})):
            with self.subTest(args=args, env=env):
                result = self.passes('run', self.model('one'), *args, *prompts, env=env)
                self.assertEqual(result.stdout, '1\n' * 40)

    def test_file(self):
        file = self.write('prompts.txt', 'fact 1\n\n  \nfib 1\r\nfib 2')
        self.assertEqual(self.passes('run', self.model('one'), '--file', file).stdout, '1\n1\n1\n')

    def test_file_of_items(self):
        items = self.passes('tasks', 'gen', '--task', 'factorial', '--slice', 'plain', '--items', '3').stdout
        file = self.write('items.jsonl', items)
        answers = self.passes('run', self.model('one'), '--file', file, '--json').stdout
        self.assertEqual([json.loads(line)['id'] for line in answers.splitlines()],
                         [json.loads(line)['id'] for line in items.splitlines()])

    def test_file_of_items_of_every_task(self):
        for task in json.loads(self.passes('tasks', 'list', '--json').stdout):
            with self.subTest(task['name']):
                items = self.passes('tasks', 'gen', '--task', task['name'], '--slice', 'test', '--items', '3').stdout
                file = self.write('items.jsonl', items)
                items = [json.loads(line) for line in items.splitlines()]
                result = self.trm('run', self.model('one'), '--file', file, '--json', '--check')
                answers = [json.loads(line) for line in result.stdout.splitlines()]
                self.assertEqual([a['id'] for a in answers], [item['id'] for item in items])
                self.assertEqual([a['expected'] for a in answers], [item['answer'] for item in items])
                self.assertEqual([a['right'] for a in answers], [item['answer'] == '1' for item in items])
                self.assertEqual(result.returncode, 0 if all(a['right'] for a in answers) else 1)

    def test_check(self):
        result = self.passes('run', self.model('one'), '--check', 'fact 1')
        self.assertIn('fact 1: right', result.stderr)
        result = self.trm('run', self.model('one'), '--check', 'fact 5')
        self.assertEqual((result.returncode, result.stdout), (1, '1\n'))
        self.assertIn('fact 5: wrong, the answer is 120', result.stderr)

    def test_json(self):
        out = json.loads(self.passes('run', self.model('one'), '--json', '--check', 'fact 1').stdout)
        self.assertEqual(out['answer'], '1')
        self.assertEqual(out['verdict'], 'answered')
        self.assertEqual(out['prompt'], 'fact 1')
        self.assertEqual(out['expected'], '1')
        self.assertIs(out['right'], True)
        self.assertEqual((out['frames'], out['memo_hits'], out['own_tokens'], out['max_depth'], out['peak_states']),
                         (1, 0, 3, 1, 1))
        self.assertGreater(out['elapsed_ns'], 0)
        self.assertLessEqual(out['first_token_ns'], out['elapsed_ns'])
        self.assertRegex(out['model'], '^[0-9a-f]{16}$')

    def test_predictions(self):
        lines = self.passes('run', self.model('one'), '--predictions', 'fact 1', 'fib 3').stdout.splitlines()
        self.assertEqual([json.loads(line) for line in lines],
                         [{'id': 'fact 1', 'answer': '1'}, {'id': 'fib 3', 'answer': '1'}])

    def test_trace(self):
        lines = self.passes('run', self.model('one'), '--trace', 'fact 1').stdout.splitlines()
        self.assertEqual(lines[0], 'fact 1 x')
        self.assertRegex(lines[1], r'^= 1   3 tokens, \S+ \S+$')
        self.assertEqual(lines[2:], ['1'])

    def test_trace_of_streams(self):
        for model, prompt, lines in (('echo', 'fact 0 60', ['fact 0 x', '= x', '60']),
                                     ('emit', 'fact 1', ['fact 1 x', 'emits 1', '1']),
                                     ('emit', 'preorder 1', ['pre x o', 'emits 1', '1'])):
            with self.subTest(model, prompt=prompt):
                result = self.passes('run', self.model(model), '--trace', prompt)
                self.assertEqual([line.split('   ')[0] for line in result.stdout.splitlines()], lines)

    def test_trace_of_a_frame_that_is_cut_off(self):
        result = self.trm('run', self.model('nonsense'), '--trace', 'fact 1')
        self.assertEqual(result.returncode, 1)
        self.assertIn('cut off after: END', result.stdout)

    def test_trace_of_calls(self):
        for model, written in (('loop', 'CALL 5 END'), ('spawning', 'SPAWN 5 END A END')):
            with self.subTest(model):
                result = self.trm('run', self.model(model), '--trace', 'fact 1')
                self.assertEqual(result.returncode, 1)
                lines = [line.split('   ')[0] for line in result.stdout.splitlines()]
                self.assertEqual(lines[:2], ['fact 1 x', '  5'])
                self.assertIn('cut off after: ' + written, lines)
                self.assertEqual(lines[-1], '')

    def test_models_that_fail(self):
        for name, message, options in (('nonsense', 'malformed output', []),
                                       ('loop', 'answer: endless loop: "5" calls itself again', []),
                                       ('loop', 'recursion limit reached: 1 frames are on the stack; fix: raise '
                                        '--recursion-limit', ['--recursion-limit', '1']),
                                       ('endless', 'out of time: after ', ['--max-seconds', '0.000000001']),
                                       ('spawning', 'answer: endless loop: "5" calls itself again', []),
                                       ('endless', 'frame too long; fix: raise --max-frame-tokens', []),
                                       ('yes', 'the value "YES" is no answer: number: token ', []),
                                       ('not_number', 'the value "FACT" is no answer: number: token 10 (FACT)', [])):
            with self.subTest(name, options=options):
                result = self.trm('run', self.model(name), *options, 'fact 5')
                self.assertEqual(result.returncode, 1)
                self.assertEqual(result.stdout, '\n')  # line n answers prompt n
                self.assertIn('fact 5: ' + message, result.stderr)
                out = json.loads(self.trm('run', self.model(name), *options, '--json', 'fact 5').stdout)
                self.assertEqual(out['verdict'] == 'answered', 'is no answer' in message)
                self.assertNotIn('answer', out)
                self.assertIn(message.split(';')[0], out['failure'])

    def test_values_that_are_no_answers(self):
        for model, prompt, message in (('one', 'even 0', '"1" is neither YES nor NO'),
                                       ('one', 'hanoi 1', '"1" is no list of moves'),
                                       ('yes', 'preorder 1', '"YES" holds more than labels'),
                                       ('echo', 'sum 12', 'is not a digit'),
                                       ('echo', 'tak 3 2 1', 'malformed output')):
            with self.subTest(prompt, model=model):
                result = self.trm('run', self.model(model), prompt)
                self.assertEqual((result.returncode, result.stdout), (1, '\n'))
                self.assertIn(message, result.stderr)

    def test_frame_limit_is_exact(self):
        self.passes('run', self.model('one'), '--max-frame-tokens', '8', 'fact 1')  # FACT 1 , X END RET 1 END
        self.assertEqual(self.trm('run', self.model('one'), '--max-frame-tokens', '7', 'fact 1').returncode, 1)

    def test_bad_prompts(self):
        for prompt in ('', ' ', 'fact', 'fact x', 'fact -1', 'fact 1 2 3', 'sudoku 4', 'fib 12 3', 'fact 007',
                       'fact 1000000', '\u0661 fact', 'pow 2', 'pow 12 3', 'sum', 'gcd 4', 'height (1 2', 'calc max(',
                       'calc mean(3)', 'hanoi 3 a a b', 'ack 4 1', 'mccarthy x', 'tak 1 2', 'even', 'odd -1',
                       'ask', 'ask Who?', 'ask The key is in the box. Which room is the pen in?'):
            with self.subTest(prompt):
                result = self.fails(4, ['error: prompt: '], 'run', self.model('one'), prompt, 'fact 1 1')
                self.assertIn('fix: ', result.stderr)
        # Bytes that are no UTF-8.
        self.fails(4, ['error: prompt: '], 'run', self.model('one'), b'fact \xff', 'fact 1 1')

    def test_one_bad_prompt_of_many_stops_before_any_answer(self):
        file = self.write('mixed.txt', 'fact 1\n\nfact y\n')
        self.fails(4, ['mixed.txt: line 3: '], 'run', self.model('one'), '--file', file)

    def test_bad_prompt_files(self):
        one = self.model('one')
        self.fails(4, ['absent.txt: '], 'run', one, '--file', self.path('absent.txt'))
        self.fails(4, [self.directory], 'run', one, '--file', self.directory)
        self.fails(4, ['utf8.txt: ', 'UTF-8'], 'run', one, '--file', self.write('utf8.txt', b'fact 1\n\xff\xfe\n'))
        self.fails(4, ['blank.txt: ', 'holds no prompts'], 'run', one, '--file', self.write('blank.txt', '\n \n'))
        self.fails(4, ['cut.jsonl: '], 'run', one, '--file', self.write('cut.jsonl', '{"id": "a", '))

    def test_each_line_of_standard_input_is_answered_before_the_next(self):
        for options, read in (([], str), (['--json'], lambda line: json.loads(line)['answer'] + '\n'),
                              (['--predictions'], lambda line: json.loads(line)['answer'] + '\n')):
            with self.subTest(options=options):
                process = subprocess.Popen([TRM, 'run', self.model('one'), '--file', '-', *options], text=True,
                                           stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                for prompt in ('fact 0', 'fib 1', 'fact 1'):  # each is written when the answer before it is read
                    process.stdin.write(prompt + '\n')
                    process.stdin.flush()
                    self.assertEqual(read(process.stdout.readline()), '1\n')
                process.stdin.write('fact 1')  # whose line has no end
                out, err = process.communicate(timeout=60)
                self.assertEqual((process.returncode, read(out), err), (0, '1\n', ''))

    def test_lines_of_standard_input(self):
        one = self.model('one')
        text = '\ufefffact 1\r\n\r\n  \nfib 1\r\nfib 2'
        self.assertEqual(self.passes('run', one, '--file', '-', stdin=text).stdout, '1\n1\n1\n')
        self.assertEqual(self.passes('run', one, '--file', self.write('bom.txt', text)).stdout, '1\n1\n1\n')
        many = ''.join(f'fact {n % 2}\n' for n in range(3000))
        result = self.passes('run', one, '--file', '-', '--check', stdin=many)
        self.assertEqual(result.stdout, '1\n' * 3000)
        self.assertEqual(result.stderr, ''.join(f'trm: fact {n % 2}: right\n' for n in range(3000)))
        items = self.passes('tasks', 'gen', '--task', 'factorial', '--slice', 'plain', '--items', '3').stdout
        answers = self.passes('run', one, '--file', '-', '--json', stdin=items + 'fact 1\n').stdout
        self.assertEqual([json.loads(line)['id'] for line in answers.splitlines()],
                         [json.loads(line)['id'] for line in items.splitlines()] + ['fact 1'])
        traced = self.passes('run', one, '--file', '-', '--trace', stdin='fact 1\nfact 0\n').stdout
        self.assertEqual([line for line in traced.splitlines() if line == '1' or line.startswith('fact')],
                         ['fact 1 x', '1', 'fact 0 x', '1'])

    def test_bad_lines_of_standard_input_do_not_stop_the_next(self):
        one = self.model('one')
        lines = 'fact 1\nfact y\n\n{"id": "a"}\nfact 0\n'
        result = self.trm('run', one, '--file', '-', stdin=lines)
        self.assertEqual((result.returncode, result.stdout), (4, '1\n\n\n1\n'))
        self.assertIn('error: standard input: line 2: ', result.stderr)
        self.assertIn('error: standard input: line 4: ', result.stderr)
        out = [json.loads(line) for line in self.trm('run', one, '--file', '-', '--json', stdin=lines).stdout.splitlines()]
        self.assertEqual([line['verdict'] for line in out], ['answered', 'bad prompt', 'bad prompt', 'answered'])
        self.assertEqual(out[1]['prompt'], 'fact y')
        self.assertIn('standard input: line 2: N: "y" is not a natural number; fix: ', out[1]['failure'])
        predictions = self.trm('run', one, '--file', '-', '--predictions', stdin=lines).stdout.splitlines()
        self.assertEqual([json.loads(line)['answer'] for line in predictions], ['1', '', '', '1'])
        # A failure of the model alone is 1, whatever comes behind it.
        self.assertEqual(self.trm('run', self.model('nonsense'), '--file', '-', stdin='fact 1\n').returncode, 1)
        unknown = self.trm('run', self.model('answer'), '--file', '-', stdin='gcd 4 6\nfact 1\n')
        self.assertEqual((unknown.returncode, unknown.stdout), (4, '\n1\n'))
        self.assertIn('"gcd 4 6" is of the task gcd, which this model has not learnt', unknown.stderr)
        bytes_ = self.trm('run', one, '--file', '-', stdin=b'fact \xff\nfact 1\n')
        self.assertEqual((bytes_.returncode, bytes_.stdout), (4, '\n1\n'))

    def test_standard_input_that_holds_nothing_to_answer(self):
        one = self.model('one')
        for text in ('', '\n \n'):
            self.fails(4, ['standard input: holds no prompts; fix: write one prompt per line'], 'run', one, '--file', '-',
                       stdin=text)
        endless = self.trm('run', one, '--file', '-', stdin='fact 1\n' + 'x' * (2 << 20))
        self.assertEqual((endless.returncode, endless.stdout), (4, '1\n'))
        self.assertIn('standard input: line 2: is longer than 1048576 bytes', endless.stderr)

    def test_bad_models(self):
        for name, file, message in damaged_models(self):
            with self.subTest(name):
                self.fails(4, ['error: ', message], 'run', file, 'fact 1')
        self.fails(4, ['words.safetensors: __metadata__.vocabulary: is not the vocabulary of the tasks', 'fix: '],
                   'run', self.model('words'), 'fact 1')
        self.fails(4, ['nowhere: no model of that name'], 'run', 'nowhere', 'fact 1')

    def test_bad_isa(self):
        self.fails(4, ['TRM_ISA', 'sse9'], 'run', self.model('one'), 'fact 1', env={'TRM_ISA': 'sse9'})

    def test_more_frames_than_allowed(self):
        """Told before the first frame runs, where right answers take too many, and when the model makes too many."""
        one = self.model('one')
        for prompt in ('fib 99', 'tak 18 12 6', 'ack 3 6'):
            result = self.trm('run', one, prompt)
            self.assertEqual((result.returncode, result.stdout), (1, '\n'))
            self.assertEqual(result.stderr, f'trm: {prompt}: too many frames: right answers take more than 100000 without '
                                            '--memo; fix: use --memo, or raise --max-frames\n')
            self.assertEqual(self.passes('run', one, '--memo', prompt).stdout, '1\n')
        self.assertEqual(self.passes('run', one, '--max-frames', '10', 'fact 0').stdout, '1\n')
        out = json.loads(self.trm('run', one, '--max-frames', '10', '--json', 'fact 5').stdout)
        self.assertEqual((out['verdict'], out['frames']), ('too many frames', 0))
        # Those before and behind it are answered, in their order; a model without the machine makes no frames.
        many = self.trm('run', one, '--max-frames', '10', '--threads', '2', 'fact 0', 'fact 9', 'fact 1', 'fact 9', 'fib 1')
        self.assertEqual((many.returncode, many.stdout), (1, '1\n\n1\n\n1\n'))
        self.assertEqual(self.passes('run', self.model('answer'), '--max-frames', '1', 'fact 9').stdout, '1\n')
        made = self.trm('run', self.model('loop'), '--max-frames', '1', 'fact 0')
        self.assertIn('fact 0: too many frames: it made 1; fix: raise --max-frames, use --memo, or use a model',
                      made.stderr)

    def test_out_of_time(self):
        for name, prompts in (('endless', ['fact 0']), ('endless', ['fact 0', 'fact 1', 'fact 0']), ('babble', ['fact 1'])):
            result = self.trm('run', self.model(name), '--max-seconds', '0.000000001', '--json', *prompts)
            self.assertEqual(result.returncode, 1)
            for line in result.stdout.splitlines():
                out = json.loads(line)
                self.assertEqual((out['verdict'], out['own_tokens']), ('out of time', 1))
                self.assertIn('fix: raise --max-seconds', out['failure'])
        self.assertEqual(self.passes('run', self.model('one'), '--max-seconds', '1000.5', 'fact 0').stdout, '1\n')

    def test_usage(self):
        one = self.model('one')
        self.fails(2, ['no prompt was given', '--file FILE'], 'run', one)
        self.fails(2, ['prompts and --file were both given'], 'run', one, 'fact 1', '--file', 'x')
        self.fails(2, ['MODEL is required'], 'run')
        self.fails(2, ['--trace', '--json'], 'run', one, '--trace', '--json', 'fact 1')
        for flag in ('--recursion-limit', '--max-frame-tokens', '--max-frames', '--threads'):
            for value in ('-1', 'x', '1.5', '0x10', '99999999999999999999'):
                with self.subTest(flag, value=value):
                    self.fails(2, [flag, f'"{value}" is not a whole number from'], 'run', one, 'fact 1', f'{flag}={value}')
            self.fails(2, [flag], 'run', one, 'fact 1', f'{flag}=')
            self.fails(2, [flag], 'run', one, 'fact 1', flag, '1', flag, '2')
        self.fails(2, ['--max-frames', '"0" is not a whole number from 1'], 'run', one, 'fact 1', '--max-frames', '0')
        for value in ('0', '-1', 'x', '1e3', 'inf', 'nan', '10000000001', ''):
            self.fails(2, ['--max-seconds'], 'run', one, 'fact 1', f'--max-seconds={value}')
        self.fails(4, ['prompt: N: "-5" is below 0; fix: write a number from 0 to 99'], 'run', one, 'fact', '-5')
        self.fails(2, ['--predictions', '--json'], 'run', one, 'fact 1', '--predictions', '--json')


if __name__ == '__main__':
    unittest.main()
