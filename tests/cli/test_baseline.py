"""This project's own guard: the instructions of a few commands against reports/baseline/instructions.json. Times are too noisy for a
test; the same program takes the same instructions, to a few in a hundred thousand."""

import os
import shutil
import subprocess
import unittest

from support import TRM

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BASELINE = os.path.join(ROOT, 'reports', 'baseline', 'instructions.json')


class Instructions(unittest.TestCase):
    def test_no_command_takes_more(self):
        if shutil.which('valgrind') is None:
            print('skipped: instruction counts: valgrind is not installed')
            return
        result = subprocess.run([TRM, 'compare', '--baseline', BASELINE, TRM, '--all'], capture_output=True, text=True, timeout=110)
        if result.returncode == 3 and 'cannot be compared' in result.stdout:
            # Another compiler or C library makes another program.
            print('skipped: instruction counts: ' + result.stdout.strip())
            return
        self.assertEqual(result.returncode, 0, '\n' + result.stdout + result.stderr +
                         'A command takes over 5 % more instructions than reports/baseline/ says. If that is meant, write the new counts '
                         'with\n  build/release/tools/trm compare --baseline reports/baseline/instructions.json build/release/tools/trm '
                         '--update\nand say why in the commit.')


if __name__ == '__main__':
    unittest.main()
