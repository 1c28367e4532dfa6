"""Runs one test program and counts its cases from what it prints (doctest, unittest) and from how it ends."""

import dataclasses
import os
import re
import signal
import subprocess
import time

SKIP_STATUS = 77  # the convention of automake and meson

_ANSI = re.compile(r'\x1b\[[0-9;]*m')
_DOCTEST = re.compile(r'\[doctest\] test cases:\s*(\d+)\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed\s*\|\s*(\d+) skipped')
_UNITTEST = re.compile(r'^Ran (\d+) tests? in ', re.MULTILINE)
_UNITTEST_END = re.compile(r'^(OK|FAILED|NO TESTS RAN)(?: \((.*)\))?\s*$', re.MULTILINE)
_COUNTED = re.compile(r'^\[doctest\] unskipped test cases passing the current filters: (\d+)', re.MULTILINE)
_SKIPPED_LINE = re.compile(r'^skipped: (.+)$', re.MULTILINE)


@dataclasses.dataclass
class Outcome:
    """What one program or check contributed to the totals."""
    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    reason: str = ''                                          # of the failure or of the skip, one line
    skip_reasons: list = dataclasses.field(default_factory=list)


def count(name, status, output, expect_failure=False):
    """Cases in `output` of a program that ended with `status` (negative: killed by that signal)."""
    text = _ANSI.sub('', output)
    result = Outcome(name, skip_reasons=sorted(set(_SKIPPED_LINE.findall(text))))
    doctest = _DOCTEST.findall(text)
    unittest = _UNITTEST.findall(text)
    if doctest:
        for _, passed, failed, skipped in doctest:
            result.passed += int(passed)
            result.failed += int(failed)
            result.skipped += int(skipped)
        result.skipped += len(result.skip_reasons)
    elif unittest:
        numbers = {}
        for _, details in _UNITTEST_END.findall(text):
            for key, value in re.findall(r'([a-z ]+)=(\d+)', details or ''):
                numbers[key.strip()] = numbers.get(key.strip(), 0) + int(value)
        result.failed = (numbers.get('failures', 0) + numbers.get('errors', 0) +
                         numbers.get('unexpected successes', 0))
        result.skipped = numbers.get('skipped', 0)
        result.passed = max(0, sum(map(int, unittest)) - result.failed - result.skipped)
    elif status == SKIP_STATUS:
        result.skipped = 1
        result.reason = text.strip().splitlines()[-1] if text.strip() else 'not possible here'
        return result
    else:
        good = (status != 0) if expect_failure else (status == 0)
        result.passed, result.failed = (1, 0) if good else (0, 1)
        if not good:
            result.reason = describe(status)
        return result

    if status != 0 and result.failed == 0 and not expect_failure:
        # It died after its summary, or a sanitizer spoke: the summary is not to be trusted.
        result.failed = 1
        result.reason = describe(status)
    elif result.failed:
        result.reason = f'{result.failed} cases failed'
    elif result.passed == 0 and result.skipped == 0:
        result.failed = 1
        result.reason = 'it ran no test case'
    return result


def merged(name, cases, parts):
    """One outcome for a doctest program of `cases` cases that ran in parts. With --first and --last a part counts what it
    left out as passed: only its failures and skips can be taken from it."""
    result = Outcome(name, failed=sum(part.failed for part in parts), seconds=sum(part.seconds for part in parts),
                     reason='; '.join(dict.fromkeys(part.reason for part in parts if part.reason)),
                     skip_reasons=sorted({reason for part in parts for reason in part.skip_reasons}))
    if any(part.failed == 0 and part.passed != cases for part in parts):
        result.failed += 1
        result.reason = 'its parts do not hold the same cases'
    result.passed = max(0, cases - result.failed)
    # What a program never runs, it reports in every part.
    never = max(part.skipped - len(part.skip_reasons) for part in parts)
    result.skipped = len(result.skip_reasons) + never
    return result


def describe(status):
    if status < 0:
        try:
            return f'killed by {signal.Signals(-status).name}'
        except ValueError:
            return f'killed by signal {-status}'
    return f'exit status {status}'


def cases(command, env=None, timeout=60):
    """How many cases a doctest program holds; 0 if the program is none."""
    try:
        done = subprocess.run([*command, '--count'], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env={**os.environ, **(env or {})}, timeout=timeout, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return 0  # running it will say what is wrong
    found = _COUNTED.search(_ANSI.sub('', done.stdout.decode('utf-8', 'replace')))
    return int(found.group(1)) if found else 0


def run(name, command, log, timeout, env=None, workdir=None, expect_failure=False):
    """Runs `command`, appends what it printed to the open file `log`, and counts. `timeout` in seconds."""
    full_env = dict(os.environ)
    full_env.update(env or {})
    started = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               env=full_env, cwd=workdir, start_new_session=True)
    timed_out = False
    try:
        raw, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        timed_out = True
        os.killpg(process.pid, signal.SIGKILL)
        raw, _ = process.communicate()
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    seconds = time.monotonic() - started
    output = raw.decode('utf-8', 'replace')
    if timed_out:
        result = Outcome(name, failed=1, reason=f'no end after {timeout:.0f} s')
    else:
        result = count(name, process.returncode, output, expect_failure)
    result.seconds = seconds
    words = ' '.join([f'{key}={value}' for key, value in (env or {}).items()] + [str(word) for word in command])
    log.write(f'==== {name}\n$ {words}\n{output}\n---- {result.passed} passed, {result.failed} failed, '
              f'{result.skipped} skipped, {seconds:.1f} s {result.reason}\n\n')
    log.flush()
    return result
