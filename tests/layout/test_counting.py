#!/usr/bin/env python3
"""The totals of tools/test are only as good as its reading of other programs' output: known outputs, known counts."""

import io
import os
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, 'tools', 'check'))

import counting  # noqa: E402  (the path is known only now)
import stages  # noqa: E402

DOCTEST = ('[doctest] doctest version is "2.4.9"\n'
           '[doctest] test cases:  {total} |  {passed} passed | {failed} failed | {skipped} skipped\n'
           '[doctest] assertions: 10 | 10 passed | 0 failed |\n[doctest] Status: SUCCESS!\n')


def numbers(outcome):
    return outcome.passed, outcome.failed, outcome.skipped


class Counting(unittest.TestCase):
    def doctest(self, passed, failed, skipped, status, extra=''):
        text = DOCTEST.format(total=passed + failed, passed=passed, failed=failed, skipped=skipped)
        return counting.count('t', status, extra + text)

    def test_doctest(self):
        self.assertEqual(numbers(self.doctest(7, 0, 0, 0)), (7, 0, 0))
        self.assertEqual(numbers(self.doctest(5, 2, 1, 1)), (5, 2, 1))

    def test_doctest_in_colour(self):
        text = DOCTEST.format(total=3, passed=3, failed=0, skipped=0).replace('[doctest]', '\x1b[0;36m[doctest]\x1b[0m')
        self.assertEqual(numbers(counting.count('t', 0, text)), (3, 0, 0))

    def test_death_after_the_summary_is_a_failure(self):
        self.assertEqual(numbers(self.doctest(7, 0, 0, 23)), (7, 1, 0))
        self.assertEqual(numbers(self.doctest(7, 0, 0, -11)), (7, 1, 0))

    def test_death_before_the_summary_is_a_failure(self):
        outcome = counting.count('t', -11, '[doctest] doctest version is "2.4.9"\n')
        self.assertEqual(numbers(outcome), (0, 1, 0))
        self.assertIn('SIGSEGV', outcome.reason)

    def test_nothing_ran_is_a_failure(self):
        self.assertEqual(numbers(self.doctest(0, 0, 0, 0)), (0, 1, 0))
        self.assertEqual(numbers(counting.count('t', 0, 'Ran 0 tests in 0.000s\n\nOK\n')), (0, 1, 0))

    def test_hardware_that_is_missing_is_a_skip(self):
        outcome = self.doctest(4, 0, 0, 0, 'skipped: avx512: no AVX512F\nskipped: avx512: no AVX512F\n')
        self.assertEqual(numbers(outcome), (4, 0, 1))
        self.assertEqual(outcome.skip_reasons, ['avx512: no AVX512F'])

    def test_unittest(self):
        self.assertEqual(numbers(counting.count('t', 0, 'Ran 9 tests in 0.1s\n\nOK\n')), (9, 0, 0))
        self.assertEqual(numbers(counting.count('t', 0, 'Ran 9 tests in 0.1s\n\nOK (skipped=2)\n')), (7, 0, 2))
        self.assertEqual(numbers(counting.count('t', 1, 'Ran 9 tests in 0.1s\n\nFAILED (failures=2, errors=1, skipped=1)\n')),
                         (5, 3, 1))

    def test_parts_of_one_program(self):
        # doctest counts as passed what --first and --last leave out.
        skip = 'skipped: avx512: no AVX512F\n'
        good, bad = self.doctest(9, 0, 1, 0, skip), self.doctest(7, 2, 1, 1, skip)
        self.assertEqual(numbers(counting.merged('t', 9, [good, good])), (9, 0, 2))
        whole = counting.merged('t', 9, [bad, good, bad])
        self.assertEqual(numbers(whole), (5, 4, 2))
        self.assertEqual(whole.reason, '2 cases failed')
        self.assertEqual(numbers(counting.merged('t', 9, [good, counting.count('t', -11, '')])), (8, 1, 2))
        self.assertEqual(numbers(counting.merged('t', 8, [good, good])), (7, 1, 2))

    def test_parts_hold_every_case(self):
        self.assertEqual(stages.parts(0, 8), [''])
        self.assertEqual(stages.parts(7, 8), [''])
        self.assertEqual(stages.parts(8, 8), ['--first=1 --last=4', '--first=5'])
        self.assertEqual(stages.parts(100, 3), ['--first=1 --last=33', '--first=34 --last=66', '--first=67'])

    def test_plain_program(self):
        self.assertEqual(numbers(counting.count('t', 0, 'fine\n')), (1, 0, 0))
        self.assertEqual(numbers(counting.count('t', 1, 'bad\n')), (0, 1, 0))
        self.assertEqual(numbers(counting.count('t', 1, 'bad\n', expect_failure=True)), (1, 0, 0))
        self.assertEqual(numbers(counting.count('t', 0, 'fine\n', expect_failure=True)), (0, 1, 0))
        self.assertEqual(numbers(counting.count('t', counting.SKIP_STATUS, 'no such device\n')), (0, 0, 1))


class Running(unittest.TestCase):
    def run_script(self, script, timeout=20):
        return counting.run('t', ['sh', '-c', script], io.StringIO(), timeout)

    def test_status(self):
        self.assertEqual(numbers(self.run_script('exit 0')), (1, 0, 0))
        self.assertEqual(numbers(self.run_script('exit 3')), (0, 1, 0))
        self.assertEqual(numbers(self.run_script('kill -9 $$')), (0, 1, 0))

    def test_endless_program_is_ended(self):
        outcome = self.run_script('sleep 100 & sleep 100', timeout=0.3)
        self.assertEqual(numbers(outcome), (0, 1, 0))
        self.assertLess(outcome.seconds, 10)

    def test_cases_of_a_program(self):
        said = '[doctest] unskipped test cases passing the current filters: 12'
        self.assertEqual(counting.cases(['sh', '-c', f'test "$0" = --count && echo "{said}"']), 12)
        self.assertEqual(counting.cases(['true']), 0)
        self.assertEqual(counting.cases(['/no/such/program']), 0)

    def test_environment_and_log(self):
        log = io.StringIO()
        outcome = counting.run('t', ['sh', '-c', 'test "$TRM_ISA" = generic'], log, 20, {'TRM_ISA': 'generic'})
        self.assertEqual(numbers(outcome), (1, 0, 0))
        self.assertIn('TRM_ISA=generic', log.getvalue())


if __name__ == '__main__':
    unittest.main()
