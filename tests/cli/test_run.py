#!/usr/bin/env python3
"""trm run: answers, failures of the model, traces, JSON, and every kind of bad input."""

import json
import unittest

from support import CliTest, damaged_models


class Run(CliTest):
    def test_answer(self):
        result = self.passes('run', self.model('one'), 'fact 1')
        self.assertEqual(result.stdout, '1\n')
        self.assertEqual(result.stderr, '')

    def test_words_without_quotes(self):
        self.assertEqual(self.passes('run', self.model('one'), 'fact', '0', '1').stdout, '1\n')

    def test_many_prompts_one_line_each(self):
        self.assertEqual(self.passes('run', self.model('one'), 'fact 1', 'fib 1', 'fib 2').stdout, '1\n1\n1\n')

    def test_isa_and_threads_do_not_matter(self):
        prompts = [f'fib {n}' for n in range(40)]
        for args, env in (([], {}), (['--threads', '1'], {}), (['--threads', '3'], {'TRM_PIN': '0'}),
                          (['--no-memo'], {'TRM_ISA': 'generic'})):
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
        self.assertEqual((out['frames'], out['memo_hits'], out['own_tokens'], out['max_depth']), (1, 0, 3, 1))
        self.assertGreater(out['elapsed_ns'], 0)
        self.assertLessEqual(out['first_token_ns'], out['elapsed_ns'])
        self.assertRegex(out['model'], '^[0-9a-f]{16}$')

    def test_predictions(self):
        lines = self.passes('run', self.model('one'), '--predictions', 'fact 1', 'fib 3').stdout.splitlines()
        self.assertEqual([json.loads(line) for line in lines],
                         [{'id': 'fact 1', 'answer': '1'}, {'id': 'fib 3', 'answer': '1'}])

    def test_trace(self):
        lines = self.passes('run', self.model('one'), '--trace', 'fact 1').stdout.splitlines()
        self.assertEqual(lines[0], 'fact 1 1')
        self.assertRegex(lines[1], r'^= 1   3 tokens, \S+ \S+$')
        self.assertEqual(lines[2:], ['1'])

    def test_trace_of_a_frame_that_is_cut_off(self):
        result = self.trm('run', self.model('nonsense'), '--trace', 'fact 1')
        self.assertEqual(result.returncode, 1)
        self.assertIn('cut off after: END', result.stdout)

    def test_trace_of_calls(self):
        result = self.trm('run', self.model('loop'), '--trace', 'fact 1')
        self.assertEqual(result.returncode, 1)
        self.assertEqual([line.split('   ')[0] for line in result.stdout.splitlines()],
                         ['fact 1 1', '  5', '  cut off after: CALL 5 END', 'cut off after: CALL 5 END', ''])

    def test_models_that_fail(self):
        for name, message, options in (('nonsense', 'malformed output', []),
                                       ('loop', 'endless loop', []),
                                       ('loop', 'recursion limit reached; fix: raise --recursion-limit',
                                        ['--recursion-limit', '1']),
                                       ('endless', 'frame too long; fix: raise --max-frame-tokens', []),
                                       ('not_number', 'the value "FACT" is no number', [])):
            with self.subTest(name, options=options):
                result = self.trm('run', self.model(name), *options, 'fact 5')
                self.assertEqual(result.returncode, 1)
                self.assertEqual(result.stdout, '\n')  # line n answers prompt n
                self.assertIn('fact 5: ' + message, result.stderr)
                out = json.loads(self.trm('run', self.model(name), *options, '--json', 'fact 5').stdout)
                self.assertNotIn('answer', out)
                self.assertIn(message.split(';')[0], out['failure'])

    def test_frame_limit_is_exact(self):
        self.passes('run', self.model('one'), '--max-frame-tokens', '8', 'fact 1')  # FACT 1 , 1 END RET 1 END
        self.assertEqual(self.trm('run', self.model('one'), '--max-frame-tokens', '7', 'fact 1').returncode, 1)

    def test_bad_prompts(self):
        for prompt in ('', ' ', 'fact', 'fact x', 'fact -1', 'fact 1 2 3', 'sudoku 4', 'fib 12 3', 'fact 007',
                       'fact 1000000', '\u0661 fact'):
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

    def test_bad_models(self):
        for name, file, message in damaged_models(self):
            with self.subTest(name):
                self.fails(4, ['error: ', message], 'run', file, 'fact 1')
        self.fails(4, ['words.safetensors: __metadata__.vocabulary: is not the vocabulary of the tasks', 'fix: '],
                   'run', self.model('words'), 'fact 1')
        self.fails(4, ['nowhere: no model of that name'], 'run', 'nowhere', 'fact 1')

    def test_bad_isa(self):
        self.fails(4, ['TRM_ISA', 'sse9'], 'run', self.model('one'), 'fact 1', env={'TRM_ISA': 'sse9'})

    def test_usage(self):
        one = self.model('one')
        self.fails(2, ['no prompt was given', '--file FILE'], 'run', one)
        self.fails(2, ['prompts and --file were both given'], 'run', one, 'fact 1', '--file', 'x')
        self.fails(2, ['MODEL is required'], 'run')
        self.fails(2, ['--trace', '--json'], 'run', one, '--trace', '--json', 'fact 1')
        for flag in ('--recursion-limit', '--max-frame-tokens', '--threads'):
            for value in ('-1', 'x', '1.5', '0x10', '99999999999999999999'):
                with self.subTest(flag, value=value):
                    self.fails(2, [flag, f'"{value}" is not a whole number from'], 'run', one, 'fact 1', f'{flag}={value}')
            self.fails(2, [flag], 'run', one, 'fact 1', f'{flag}=')
            self.fails(2, [flag], 'run', one, 'fact 1', flag, '1', flag, '2')
        self.fails(2, ['--recursion-limit', '"0" is not a whole number from 1'], 'run', one, 'fact 1',
                   '--recursion-limit', '0')
        self.fails(2, ['--predictions', '--json'], 'run', one, 'fact 1', '--predictions', '--json')


if __name__ == '__main__':
    unittest.main()
