"""The stages of tools/test. Each is a function (log, report) that runs checks and hands their outcomes to `report`."""

import concurrent.futures
import os
import re
import subprocess
import sys

import builds
import counting
import style
from builds import ROOT

SANITIZER_ENV = {
    # The last two keep tests that allocate a third shorter: callers of an allocation that are named, and what is kept back.
    'ASAN_OPTIONS': 'detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1:malloc_context_size=6:'
                    'quarantine_size_mb=32',
    'UBSAN_OPTIONS': 'halt_on_error=1:print_stacktrace=1',
    'TSAN_OPTIONS': 'halt_on_error=1:second_deadlock_stack=1',
}
# Scripts that drive the installed program, and checks of the tree itself: once, on the release build, is enough.
SCRIPT_SUITES = {'cli', 'layout', 'install'}
PARTS = 8  # of a long test program, for each processor
SMALL_GOLDEN = 'tests/golden/trm_hier6_train'  # both passes and the optimizer


def program(test, build):
    """Does the test run a program that was compiled here (and no script)?"""
    return test['cmd'][0].startswith(build.path + os.sep)


def run_tests(build, tests, log, report, prefix=(), env=None, slowdown=1, label=''):
    """Runs meson tests, as many at once as there are processors, those first that must run alone. Doctest programs of many
    cases are run in parts, so that the longest does not end alone. `slowdown` stretches the time limits of emulators,
    sanitizers and busy machines."""
    def environment(test):
        return {**(test.get('env') or {}), **(env or {})}

    def one(test, part=''):
        limit = test['timeout'] * slowdown if test['timeout'] else None
        return counting.run(f'{label}{test["name"]}', [*prefix, *test['cmd'], *part.split()], log, limit, environment(test),
                            test.get('workdir') or build.path)

    def split(test):
        """How many cases the test holds, and the options of its parts."""
        if not program(test, build) or test['cmd'][1:]:
            return 0, ['']
        cases = counting.cases([*prefix, *test['cmd']], environment(test))
        return cases, parts(cases, PARTS * builds.jobs())

    alone = [test for test in tests if not test.get('is_parallel', True)]
    together = [test for test in tests if test.get('is_parallel', True)]
    for test in alone:
        report(one(test))
    with concurrent.futures.ThreadPoolExecutor(builds.jobs()) as pool:
        running = [(test, cases, [pool.submit(one, test, part) for part in options])
                   for test, (cases, options) in zip(together, pool.map(split, together))]
        for test, cases, futures in running:
            outcomes = [future.result() for future in futures]
            report(counting.merged(f'{label}{test["name"]}', cases, outcomes) if len(outcomes) > 1 else outcomes[0])
    if not tests:
        report(counting.Outcome(f'{label}tests', failed=1, reason='there is no test to run'))


def parts(cases, most):
    """Options of doctest that split so many cases into equal parts of four cases at least."""
    count = max(1, min(most, cases // 4))
    if count == 1:
        return ['']
    ends = [cases * part // count for part in range(count + 1)]
    # The last has no end: no case can be left out.
    return [f'--first={first + 1}' + (f' --last={last}' if last < cases else '') for first, last in zip(ends, ends[1:])]


def unit(suites, _name):
    return not SCRIPT_SUITES & set(suites)


def compiled_tests(build, log, wanted=unit):
    """Configures the build, compiles the test programs among the wanted tests, and returns these tests."""
    build.configure(log)
    tests = [test for test in build.tests(wanted) if program(test, build)]
    targets = build.targets_of(tests)
    if targets:
        build.compile(log, targets)
    return tests


def native(log, report):
    """Optimised build of everything with g++, and every test but those of the other stages."""
    builds.need('g++', 'meson', 'ninja')
    builds.RELEASE.configure(log)
    builds.RELEASE.compile(log)
    report(counting.Outcome('g++ build without warnings', passed=1))
    tests = [test for test in builds.RELEASE.tests(lambda suites, name: 'layout' not in suites)
             if not os.path.basename(test['cmd'][0]).startswith('qemu-')]  # the stage `emulated` runs these
    run_tests(builds.RELEASE, tests, log, report, slowdown=4)


def layout(log, report):
    """House rules (who may include whom, names, sizes, marks) and the counting of this very script. Needs no build."""
    for name in ('test_layout', 'test_counting'):
        report(counting.run(name, [sys.executable, '-B', os.path.join(ROOT, f'tests/layout/{name}.py')], log, 300))


def clang(log, report):
    """clang++ without warnings; the unit tests with address and undefined-behaviour sanitizers."""
    builds.need('clang++-14')
    if not has_runtime('asan'):
        raise builds.Missing('libclang-rt-14-dev is not installed')
    tests = compiled_tests(builds.CLANG, log)
    report(counting.Outcome('clang++ build without warnings', passed=1))
    report(only_read(builds.CLANG, log))
    run_tests(builds.CLANG, tests, log, report, env={**SANITIZER_ENV, 'TRM_TEST_SWEEP': 'small'}, slowdown=20)


def only_read(build, log):
    """What no unit test needs is compiled up to the point where warnings are known."""
    def one(words):
        return subprocess.run(builds.reading(words), cwd=build.path, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, text=True)

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(builds.jobs()) as pool:
        for done in pool.map(one, build.unbuilt()):
            log.write(done.stdout)
            failed += done.returncode != 0
    reason = f'{failed} sources have warnings' if failed else ''
    return counting.Outcome('clang++ reads the rest without warnings', passed=not failed, failed=int(failed > 0), reason=reason)


def thread(log, report):
    """Thread sanitizer: the tests of the engine that run more than one thread: the pool, crews, the trainers. (Races do not
    depend on the instruction set: with the generic kernels.)"""
    builds.need('g++')
    tests = compiled_tests(builds.THREAD, log, lambda suites, name: 'threads' in suites)
    # The sanitizer of g++ 12 cannot map its shadow when the kernel randomises addresses widely, which a container may
    # forbid to switch off.
    prefix = ('setarch', '-R') if subprocess.call(['setarch', '-R', 'true'], stderr=subprocess.DEVNULL) == 0 else ()
    for test in tests[:1]:
        probe = subprocess.run([*prefix, *test['cmd'], '--count'], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, check=False)
        if b'unexpected memory mapping' in probe.stdout:
            raise builds.Missing('the thread sanitizer cannot lay out its memory on this kernel')
    run_tests(builds.THREAD, tests, log, report, prefix=prefix, env={**SANITIZER_ENV, 'TRM_TEST_SWEEP': 'tiny'}, slowdown=40)


def aarch64(log, report):
    """Cross build for 64-bit ARM; under qemu, which runs NEON, the tests of simd, and of the engine what depends on the
    processor: kernels, memory and threads."""
    builds.need('aarch64-linux-gnu-g++', 'qemu-aarch64')
    tests = compiled_tests(builds.AARCH64, log, lambda suites, name: {'simd', 'kernels'} & set(suites))
    run_tests(builds.AARCH64, tests, log, report, prefix=(os.path.join(ROOT, 'tests/cross/run_aarch64'),),
              env={'TRM_TEST_SWEEP': 'tiny', 'TRM_TEST_ISA': 'neon,neondot'}, slowdown=40, label='aarch64: ')


def emulated(log, report):
    """The optimised program on emulated processors without AVX2 and without AVX-512: every kernel, a golden training, and of
    the engine, without AVX2, what depends on the processor. (An emulated AVX2 is fifty times slower; what the engine does
    with these kernels, the stage `isa` runs on the machine itself.)"""
    builds.need('qemu-x86_64')
    if os.uname().machine != 'x86_64':
        raise builds.Missing('an x86-64 machine is needed')
    builds.RELEASE.configure(log)
    builds.RELEASE.compile(log)
    runner = os.path.join(ROOT, 'tests/cross/run_x86')
    trm = os.path.join(builds.RELEASE.path, 'tools/trm')
    for cpu, isa, suites in (('Nehalem', 'generic', {'simd', 'kernels'}), ('Haswell', 'avx2', {'simd'})):
        tests = builds.RELEASE.tests(lambda of, name, suites=suites: suites & set(of))
        run_tests(builds.RELEASE, [test for test in tests if program(test, builds.RELEASE)], log, report, prefix=(runner, cpu),
                  env={'TRM_TEST_SWEEP': 'tiny', 'TRM_TEST_ISA': isa}, slowdown=40, label=f'{cpu}: ')
        report(dispatches(f'{cpu}: trm chooses {isa}', [runner, cpu, trm, '--version'], isa, log))
        report(counting.run(f'{cpu}: trm verify', [runner, cpu, trm, 'verify', os.path.join(ROOT, SMALL_GOLDEN)], log, 600))


def dispatches(name, command, isa, log):
    """Does the program start and say that it runs on this instruction set?"""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=120, check=False, text=True)
    log.write(f'==== {name}\n{done.stdout}\n')
    if done.returncode != 0:
        return counting.Outcome(name, failed=1, reason=counting.describe(done.returncode))
    if f'\nin use: {isa}\n' not in done.stdout:
        return counting.Outcome(name, failed=1, reason=f'--version does not say that {isa} is chosen')
    return counting.Outcome(name, passed=1)


def isa(log, report):
    """The engine's tests that depend on the processor, once more under each cap that this machine can honour."""
    builds.RELEASE.configure(log)
    builds.RELEASE.compile(log)
    # Recorded cases run every instruction set by themselves.
    tests = builds.RELEASE.tests(lambda suites, name: 'kernels' in suites and 'golden' not in suites)
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        info = file.read()
    caps = ['generic']
    if os.uname().machine == 'x86_64':
        for cap, flag in (('avx2', 'avx2'), ('avx2vnni', 'avx_vnni'), ('avx512', 'avx512vl'), ('amx', 'amx_int8')):
            if re.search(rf'^flags\s*:.*\b{flag}\b', info, re.MULTILINE):
                caps.append(cap)
            else:
                report(counting.Outcome(f'TRM_ISA={cap}', skipped=1, reason=f'this machine has no {flag}'))
    for cap in caps:
        run_tests(builds.RELEASE, tests, log, report, env={'TRM_ISA': cap}, slowdown=8, label=f'TRM_ISA={cap}: ')


def fuzz(log, report):
    """Every fuzz target for a short time from its seed corpus; finds are kept for the next run."""
    builds.need('clang++-14')
    if not has_runtime('fuzzer'):
        raise builds.Missing('libclang-rt-14-dev is not installed')
    builds.CLANG.configure(log)
    targets = sorted(name[:-3] for name in os.listdir(os.path.join(ROOT, 'tests/fuzz'))
                     if name.startswith('fuzz_') and name.endswith('.cc'))
    builds.CLANG.compile(log, [f'tests/fuzz/{name}' for name in targets])
    seconds = int(os.environ.get('TRM_FUZZ_SECONDS', '12'))

    def one(name):
        found = os.path.join(builds.CLANG.path, 'found', name)
        os.makedirs(found, exist_ok=True)
        command = [os.path.join(builds.CLANG.path, 'tests/fuzz', name), found,
                   os.path.join(ROOT, 'tests/fuzz/corpus', name.removeprefix('fuzz_')),
                   f'-max_total_time={seconds}', '-timeout=10', '-rss_limit_mb=2048', '-max_len=4096',
                   f'-artifact_prefix={found}/../{name}-', '-print_final_stats=1', '-verbosity=0']
        return counting.run(name, command, log, seconds * 5 + 120, SANITIZER_ENV)

    with concurrent.futures.ThreadPoolExecutor(builds.jobs()) as pool:
        for outcome in pool.map(one, targets):
            report(outcome)


def has_runtime(name):
    folder = subprocess.check_output(['clang++-14', '-print-resource-dir'], text=True).strip()
    return any(file.startswith(f'libclang_rt.{name}-') for _, _, files in os.walk(os.path.join(folder, 'lib'))
               for file in files)


def check_format(log, report):
    """clang-format finds nothing to change in any source."""
    builds.need('clang-format-14')
    report(style.check_format(log))


def check_tidy(log, report):
    """Every source by itself, for two minutes at most: clang-tidy over engine, tasks, reports, bench and tools, warnings of
    clang++ over simd and tests. What changed last comes first, what passed before and has not changed is not read again."""
    builds.need('clang-tidy-14', 'clang++-14')
    builds.READ.configure(log)
    builds.READ.compile(log, ['bench/commit.h'])  # a generated header
    for outcome in style.check_tidy(log, builds.READ.path):
        report(outcome)


# In the order in which they run: what fails most often and is cheapest comes first.
STAGES = {
    'layout': layout,
    'native': native,
    'format': check_format,
    'clang': clang,
    'isa': isa,
    'thread': thread,
    'emulated': emulated,
    'aarch64': aarch64,
    'tidy': check_tidy,
    'fuzz': fuzz,
}
QUICK = ('layout', 'native')
