"""Meson build directories under build/: configured once, compiled incrementally, asked which tests they hold."""

import dataclasses
import json
import os
import shlex
import shutil
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OUT = os.path.join(ROOT, 'build')


class BuildError(Exception):
    """Configuring or compiling failed; the log says how."""


class Missing(Exception):
    """A tool that the stage needs is not installed."""


def need(*tools):
    for tool in tools:
        if shutil.which(tool) is None:
            raise Missing(f'{tool} is not installed')


def jobs():
    return len(os.sched_getaffinity(0))


def _cached(compiler):
    return f'ccache {compiler}' if shutil.which('ccache') else compiler


def reading(words):
    """The compile command, up to the point where warnings are known."""
    words = [word for word in words if word not in ('ccache', '-MD')] + ['-fsyntax-only']
    for flag in ('-o', '-MF', '-MQ'):
        at = words.index(flag)
        del words[at:at + 2]
    return words


@dataclasses.dataclass
class Build:
    name: str                # directory under build/
    compiler: str
    options: tuple = ()      # of meson setup
    cross: str = ''          # cross file, relative to the root

    @property
    def path(self):
        return os.path.join(OUT, self.name)

    def _call(self, command, log, env=None):
        log.write(f'$ {shlex.join(command)}\n')
        log.flush()
        status = subprocess.call(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                                 env=env)
        if status != 0:
            raise BuildError(f'{shlex.join(command[:3])} ... ended with exit status {status}')

    def configure(self, log):
        """Does nothing when the directory is configured with these very options."""
        words = json.dumps([self.compiler, *self.options, self.cross])
        stamp = os.path.join(self.path, 'options.stamp')
        if os.path.exists(os.path.join(self.path, 'build.ninja')):
            if os.path.exists(stamp):
                with open(stamp, encoding='utf-8') as file:
                    if file.read() == words:
                        return
            shutil.rmtree(self.path)
        env = dict(os.environ)
        command = ['meson', 'setup', self.path, '--buildtype=release', *self.options]
        if self.cross:
            command += ['--cross-file', os.path.join(ROOT, self.cross)]
        else:
            env['CXX'] = _cached(self.compiler)
        for name in ('CXXFLAGS', 'CPPFLAGS', 'LDFLAGS'):
            env.pop(name, None)  # the result must not depend on the caller's shell
        try:
            self._call(command, log, env)
        except BuildError:
            shutil.rmtree(self.path, ignore_errors=True)
            raise
        with open(stamp, 'w', encoding='utf-8') as file:
            file.write(words)

    def compile(self, log, targets=None):
        """All targets, or the named files relative to the build directory."""
        self._call(['ninja', '-C', self.path, *(targets or [])], log)

    def unbuilt(self):
        """Compiler commands of the sources that no target built so far needed, as lists of words."""
        with open(os.path.join(self.path, 'compile_commands.json'), encoding='utf-8') as file:
            entries = json.load(file)
        return [shlex.split(entry['command']) for entry in entries
                if not os.path.exists(os.path.join(self.path, entry['output']))]

    def _introspect(self, what):
        text = subprocess.check_output(['meson', 'introspect', what, self.path], cwd=ROOT, stdin=subprocess.DEVNULL)
        return json.loads(text)

    def tests(self, wanted=lambda suites, name: True):
        """Meson's records of the tests that `wanted` takes; each has name, cmd, env, timeout, suite, depends."""
        chosen = []
        for test in self._introspect('--tests'):
            test['suite'] = [suite.split(':')[-1] for suite in test['suite']]
            if wanted(test['suite'], test['name']):
                chosen.append(test)
        return chosen

    def targets_of(self, tests):
        """Files that ninja must make before the tests can run."""
        ids = {target for test in tests for target in test['depends']}
        files = set()
        for target in self._introspect('--targets'):
            if target['id'] in ids:
                files.update(os.path.relpath(name, self.path) for name in target['filename'])
        return sorted(files)


RELEASE = Build('release', 'g++')
# Line numbers and assertions find faults. Kernels are optimised by their own build files whatever is said here.
_CHECKED = ('-Ddebug=false', '-Dcpp_args=-g1', '-Db_ndebug=false')
# clang, whose sanitizers compile the test programs three times as fast as those of g++; it links them into programs, not
# libraries. The fuzz targets share the build. Optimised a little, programs and libraries alike: an inline function that both
# hold is linked from the program.
CLANG = Build('clang', 'clang++-14', (*_CHECKED, '-Doptimization=1', '-Dfuzz=true', '-Db_sanitize=address,undefined',
                                      '-Db_lundef=false'))
THREAD = Build('thread', 'g++', (*_CHECKED, '-Doptimization=1', '-Db_sanitize=thread', '-Disa=generic'))
# Compiles nothing: its compile commands are those of single sources, which other builds compile eight at a time.
READ = Build('read', 'clang++-14', (*_CHECKED, '-Dunity=off', '-Dfuzz=true', '-Doptimization=1'))
AARCH64 = Build('aarch64', 'aarch64-linux-gnu-g++', ('-Doptimization=1',), 'tests/cross/aarch64.ini')
