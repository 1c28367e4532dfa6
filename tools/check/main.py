"""Runs the stages of tools/test, prints one line for each check that did not simply pass, and the totals."""

import argparse
import os
import sys
import time
import traceback

import builds
import counting
import stages


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog='tools/test', description='Builds and tests everything. The last line is "N passed, N failed" '
        '(and ", N skipped"); the exit status is not zero if anything failed.')
    parser.add_argument('--quick', action='store_true', help='only ' + ', '.join(stages.QUICK))
    parser.add_argument('--stage', action='append', choices=list(stages.STAGES), metavar='NAME',
                        help='only this stage (may be repeated): ' + ', '.join(stages.STAGES))
    parser.add_argument('--list', action='store_true', help='say what the stages do and stop')
    return parser.parse_args(arguments)


class Totals:
    """Prints what happens and adds it up."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.failures = []
        self.stage = ''
        self.log_path = ''
        self.stages = []  # (name, passed, failed, skipped, seconds)

    def report(self, outcome):
        self.passed += outcome.passed
        self.failed += outcome.failed
        self.skipped += outcome.skipped
        if outcome.failed:
            print(f'  FAILED   {outcome.name}: {outcome.reason}', flush=True)
            self.failures.append((self.stage, outcome.name, outcome.reason, self.log_path))
        elif outcome.passed == 0:
            print(f'  skipped  {outcome.name}: {outcome.reason}', flush=True)
        elif outcome.seconds >= 1:
            print(f'  passed   {outcome.name}: {outcome.passed} cases, {outcome.seconds:.1f} s', flush=True)
        for reason in outcome.skip_reasons:
            print(f'  skipped  {outcome.name}: {reason}', flush=True)

    def table(self):
        """A line for each stage."""
        lines = ['stage      minutes   passed   failed  skipped']
        for name, passed, failed, skipped, seconds in self.stages:
            lines.append(f'{name:10} {seconds / 60:7.1f} {passed:8} {failed:8} {skipped:8}')
        lines.append(f'{"all":10} {sum(stage[-1] for stage in self.stages) / 60:7.1f}')
        return '\n'.join(lines)

    def line(self):
        text = f'{self.passed} passed, {self.failed} failed'
        return f'{text}, {self.skipped} skipped' if self.skipped else text


def run_stage(name, totals):
    folder = os.path.join(builds.OUT, 'logs')
    os.makedirs(folder, exist_ok=True)
    totals.stage = name
    totals.log_path = os.path.relpath(os.path.join(folder, f'{name}.log'), builds.ROOT)
    before = (totals.passed, totals.failed, totals.skipped)
    started = time.monotonic()
    print(f'{name}: {" ".join(stages.STAGES[name].__doc__.split())}', flush=True)
    with open(os.path.join(folder, f'{name}.log'), 'w', encoding='utf-8') as log:
        try:
            stages.STAGES[name](log, totals.report)
        except builds.Missing as missing:
            totals.report(counting.Outcome(name, skipped=1, reason=str(missing)))
        except builds.BuildError as error:
            totals.report(counting.Outcome(f'{name} build', failed=1, reason=str(error)))
        except Exception as error:  # a broken stage is a failure of that stage, and the others still run
            log.write(traceback.format_exc())
            totals.report(counting.Outcome(name, failed=1, reason=f'{type(error).__name__}: {error}'))
    now = (totals.passed, totals.failed, totals.skipped)
    numbers = [after - earlier for after, earlier in zip(now, before)]
    seconds = time.monotonic() - started
    totals.stages.append((name, *numbers, seconds))
    print(f'  {numbers[0]} passed, {numbers[1]} failed, {numbers[2]} skipped in {seconds:.0f} s', flush=True)


def main(arguments):
    options = parse(arguments)
    if options.list:
        for name, stage in stages.STAGES.items():
            print(f'{name:10} {" ".join(stage.__doc__.split())}')
        return 0
    chosen = stages.QUICK if options.quick else options.stage or list(stages.STAGES)
    totals = Totals()
    for name in stages.STAGES:
        if name in chosen:
            run_stage(name, totals)
    if totals.failures:
        print('failures:')
        for stage, name, reason, log in totals.failures:
            print(f'  {stage}: {name}: {reason} (see {log})')
    print(totals.table())
    print(totals.line())
    return 1 if totals.failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
