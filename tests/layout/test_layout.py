#!/usr/bin/env python3
"""The house rules, checked: who may include whom, where third-party headers stay, and what the tree may hold."""

import os
import re
import subprocess
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

FOLDERS = ('simd', 'engine', 'tasks', 'reports', 'bench', 'tools', 'tests')
TOP_LEVEL = {'meson.build', 'meson_options.txt', 'README.md', 'LICENSE', 'CHANGELOG.md', 'CONTRIBUTING.md', 'docs', *FOLDERS}

# Rooms by floor, the ground first. A file may include its own room and rooms on lower floors, as far as KNOWS lets it.
FLOORS = (
    ('engine/base', 'simd'),
    ('engine/json', 'engine/sys'),
    ('engine/format',),
    ('engine/model',),
    ('engine/store', 'engine/pass', 'engine/machine'),
    ('engine/import', 'engine/infer'),
    ('engine/train',),
    ('tasks/base',),
    ('tasks/frames', 'tasks/python'),
    ('tasks/task', 'tasks/interpreter'),
    ('tasks/recursion', 'tasks/puzzles'),
    ('tasks',),  # the registry
    ('tasks/exchange', 'tasks/ask', 'tasks/library'),
    ('tasks/training',),
    ('reports',),
    ('reports/compare',),
    ('bench',),
    ('tools',),
    ('tests',),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
# What a folder knows of others, where that is less than everything below: headers, or rooms. The longest name counts.
GROUND = ('engine/base', 'engine/json', 'engine/sys')
KNOWS = {
    'engine/machine': ('engine/base',),
    'tasks': (*GROUND, 'engine/machine/question.h', 'tasks'),
    'tasks/ask': (*GROUND, 'engine/format', 'engine/model', 'engine/store', 'engine/pass', 'engine/machine', 'engine/infer', 'simd',
                  'tasks'),
    'tasks/training': ('engine', 'simd', 'tasks'),
    'reports': ('engine/base', 'engine/json', 'engine/sys/helper.h'),
    'reports/compare': ('engine/base', 'engine/json', 'reports'),
}


def longest(name, rooms):
    """The room of a path: the longest of these that it lies in."""
    return max((room for room in rooms if name == room or name.startswith(room + '/')), key=len, default='')


# First part of a third-party include -> pattern of the files that may have it.
THIRD_PARTY = {
    'xsimd': r'simd/',
    'dnnl': r'bench/',
    'dnnl.hpp': r'bench/',
    'oneapi': r'bench/',
    'hwloc': r'engine/sys/',
    'hwloc.h': r'engine/sys/',
    'nlohmann': r'(engine/json/[^/]+\.cc)',
    'yaml-cpp': r'engine/import/yaml_config\.cc',
    'CLI': r'tools/arguments\.cc',  # it takes long to compile
    'fmt': r'(tools|bench|tests)/',
    'benchmark': r'bench/',
    'mimalloc.h': r'(bench|tools)/',
    'doctest': r'tests/',
}
SYSTEM = re.compile(r'^(sys|linux|asm)/|^(unistd|fcntl|sched|pthread|poll|dirent|spawn|signal|time|errno|stddef|stdint|stdbool|'
                    r'immintrin|cpuid|x86intrin|arm_neon|malloc|elf|dlfcn|link)\.h$')

# Headers of the operating system stay where its calls are.
CALLS = re.compile(r'(engine/sys/|simd/cpu_features\.cc|bench/|tools/|tests/)')
NO_CALLS = re.compile(r'^(errno|stddef|stdint|stdbool|immintrin|cpuid|x86intrin|arm_neon)\.h$')

MAX_LINES = 700
MAX_MODEL_BYTES = 2_000_000
# Split, so that this file does not find itself.
MARKS = re.compile(r'\b(' + '|'.join(['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK']) + r')\b')
MACHINE_PATH = re.compile(r'(?<![\w.])/(home|root|wo' + r'rk|Users|mnt)/\w')

INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.MULTILINE)


CONSTANT = re.compile(r'^(?:inline |static )*(?:constexpr|const)\b[^;{}()]*?\b(k[A-Z]\w*)\s*(?=[={\[])', re.MULTILINE)


def unused_constants(text):
    """Constants that a source defines and never names again. Compilers warn of them only in the file that they are given, and
    sources are compiled several at a time."""
    return [name for name in CONSTANT.findall(text) if len(re.findall(rf'\b{name}\b', text)) < 2]


def declared(name, constant):
    """Does a header beside the source declare it for other files?"""
    folder = os.path.dirname(os.path.join(ROOT, name))
    return any(re.search(rf'\bextern\b[^;]*\b{constant}\b', read(os.path.join(folder, header)).decode('utf-8'))
               for header in os.listdir(folder) if header.endswith('.h'))


def tracked():
    """Files of the tree relative to the root: what git knows or would add; without git, everything but build folders."""
    try:
        text = subprocess.run(['git', '-c', f'safe.directory={ROOT}', 'ls-files', '-z', '--cached', '--others',
                               '--exclude-standard'], cwd=ROOT, capture_output=True, check=True).stdout.decode()
        names = [name for name in text.split('\0') if name]
    except (OSError, subprocess.CalledProcessError):
        names = []
        for path, folders, files in os.walk(ROOT):
            folders[:] = [name for name in folders if not name.startswith('build') and name not in ('.git', '__pycache__')]
            names += [os.path.relpath(os.path.join(path, name), ROOT) for name in files]
    return sorted({name for name in names if os.path.isfile(os.path.join(ROOT, name))})


def read(name):
    with open(os.path.join(ROOT, name), 'rb') as file:
        return file.read()


def breaches_of(name, text):
    """What is wrong with the includes of the file `name`, one line each."""
    room = longest(name, FLOOR)
    limits = KNOWS.get(longest(name, KNOWS))
    found = []
    for kind, target in INCLUDE.findall(text):
        first = target.split('/')[0]
        there = longest(target, FLOOR)
        if kind == '"':
            if first not in FOLDERS:
                found.append(f'{name}: "{target}" is not a path from the root')
            elif there == room:
                continue
            elif FLOOR[there] >= FLOOR[room]:
                found.append(f'{name}: "{target}" is not below {room}/')
            elif limits is not None and not longest(target, limits):
                found.append(f'{name}: {room}/ may not know "{target}"')
        elif first in THIRD_PARTY:
            if not re.match(THIRD_PARTY[first], name):
                found.append(f'{name}: <{target}> belongs to {THIRD_PARTY[first]}')
        elif '.' in target or '/' in target:
            if not SYSTEM.match(target):
                found.append(f'{name}: <{target}> is neither the standard library nor a known dependency')
            elif not NO_CALLS.match(target) and not CALLS.match(name):
                found.append(f'{name}: <{target}> belongs to engine/sys/')
    return found


class Includes(unittest.TestCase):
    def test_every_file(self):
        seen = 0
        for name in SOURCES:
            with self.subTest(file=name):
                self.assertEqual(breaches_of(name, read(name).decode('utf-8')), [])
                seen += 1
        self.assertGreater(seen, 20)

    def test_breaches_are_seen(self):
        for name, line in (('engine/base/a.cc', '#include "tasks/task/task.h"'), ('engine/train/a.cc', '#include "bench/x.h"'),
                           ('engine/sys/a.cc', '#include "reports/x.h"'), ('simd/a.cc', '#include "engine/base/status.h"'),
                           ('engine/base/a.cc', '#include "engine/sys/memory.h"'),
                           ('engine/sys/a.cc', '#include "engine/json/strict_json.h"'),
                           ('engine/model/a.cc', '#include "engine/store/model_file.h"'),
                           ('engine/machine/a.cc', '#include "engine/pass/causal.h"'),
                           ('engine/infer/a.cc', '#include "engine/import/pickle.h"'),
                           ('tasks/frames/a.cc', '#include "tasks/task/task.h"'),
                           ('tasks/task/a.cc', '#include "tasks/registry.h"'),
                           ('tasks/recursion/gcd/a.cc', '#include "tasks/puzzles/family.h"'),
                           ('tasks/recursion/gcd/a.cc', '#include "engine/pass/layer.h"'),
                           ('tasks/task/a.cc', '#include "engine/machine/machine.h"'),
                           ('tasks/ask/a.cc', '#include "engine/train/run.h"'),
                           ('tasks/ask/a.cc', '#include "engine/import/torch_file.h"'),
                           ('reports/a.cc', '#include "tasks/task/task.h"'), ('reports/a.cc', '#include "engine/sys/files.h"'),
                           ('reports/a.cc', '#include "reports/compare/judge.h"'),
                           ('reports/compare/a.cc', '#include "engine/sys/files.h"'),
                           ('bench/a.cc', '#include "tools/cli.h"'), ('tools/a.cc', '#include "tests/x.h"'),
                           ('engine/sys/a.cc', '#include "status.h"'), ('engine/sys/a.cc', '#include <xsimd/xsimd.hpp>'),
                           ('engine/json/a.h', '#include <nlohmann/json.hpp>'), ('bench/a.cc', '#include <CLI/CLI.hpp>'),
                           ('tools/main.cc', '#include <CLI/CLI.hpp>'), ('tools/arguments.h', '#include <CLI/CLI.hpp>'),
                           ('engine/model/a.cc', '#include <hwloc.h>'), ('tasks/task/a.cc', '#include <boost/any.hpp>'),
                           ('engine/infer/a.cc', '#include <sys/mman.h>'), ('tasks/puzzles/a.cc', '#include <fcntl.h>'),
                           ('engine/base/a.cc', '  #  include "tasks/task/task.h"')):
            with self.subTest(file=name, line=line):
                self.assertEqual(len(breaches_of(name, line + '\n')), 1)

    def test_what_is_allowed_passes(self):
        for name, line in (('tasks/task/a.cc', '#include "engine/base/status.h"'), ('tasks/a.cc', '#include "engine/sys/files.h"'),
                           ('tasks/frames/a.h', '#include "engine/machine/question.h"'),
                           ('engine/model/a.cc', '#include "simd/kernels.h"'),
                           ('tasks/ask/a.cc', '#include "engine/infer/decoder.h"'),
                           ('reports/compare/a.cc', '#include "reports/stats.h"'),
                           ('bench/compare/a.cc', '#include "reports/compare/judge.h"'),
                           ('bench/a.cc', '#include "reports/record.h"'), ('tests/tasks/a.cc', '#include "tasks/registry.h"'),
                           ('tools/a.cc', '#include "bench/harness/runner.h"'), ('simd/vec.h', '#include <xsimd/xsimd.hpp>'),
                           ('tests/cli/a.cc', '#include "tests/support/temp.h"'), ('engine/sys/a.cc', '#include <sys/mman.h>'),
                           ('engine/json/a.cc', '#include <nlohmann/json.hpp>'), ('engine/model/a.cc', '#include <vector>'),
                           ('tools/arguments.cc', '#include <CLI/CLI.hpp>')):
            with self.subTest(file=name, line=line):
                self.assertEqual(breaches_of(name, line + '\n'), [])


class Hygiene(unittest.TestCase):
    def test_files_are_short(self):
        for name in TEXTS:
            if name == 'LICENSE' or name.startswith('tests/fuzz/corpus/') or not name.endswith(CODE):
                continue
            with self.subTest(file=name):
                self.assertLessEqual(read(name).count(b'\n'), MAX_LINES)

    def test_no_marks_of_unfinished_work(self):
        for name in SOURCES + SCRIPTS:
            with self.subTest(file=name):
                self.assertEqual(MARKS.findall(read(name).decode('utf-8')), [])

    def test_no_machine_paths(self):
        for name in TEXTS:
            if name.startswith('tests/fuzz/corpus/'):
                continue
            with self.subTest(file=name):
                match = MACHINE_PATH.search(read(name).decode('utf-8', 'replace'))
                self.assertIsNone(match, match and match.group(0))

    def test_text_is_clean(self):
        for name in SOURCES + SCRIPTS:
            with self.subTest(file=name):
                data = read(name)
                self.assertNotIn(b'\r', data)
                self.assertNotIn(b'\t', data)
                self.assertEqual([number for number, line in enumerate(data.split(b'\n'), 1) if line != line.rstrip()], [])
                self.assertTrue(not data or data.endswith(b'\n'))

    def test_constants_are_used(self):
        found = 0
        for name in SOURCES:
            if not name.endswith('.cc'):
                continue
            text = read(name).decode('utf-8')
            found += len(CONSTANT.findall(text))
            with self.subTest(file=name):
                self.assertEqual([each for each in unused_constants(text) if not declared(name, each)], [])
        self.assertGreater(found, 500)
        self.assertEqual(unused_constants('constexpr int kOne = 1;\nconst char* const kTwo[] = {};\nint x = kOne;\n'), ['kTwo'])

    def test_headers_are_guarded(self):
        for name in SOURCES:
            if name.endswith('.h'):
                with self.subTest(file=name):
                    self.assertIn(b'\n#pragma once\n', b'\n' + read(name))

    def test_names(self):
        for name in SOURCES:
            with self.subTest(file=name):
                self.assertRegex(name, r'^[a-z0-9_/]+\.(h|cc|inl|c)$')

    def test_version_is_in_meson_build_alone(self):
        version = re.search(r"^\s*version:\s*'([0-9.]+)'", read('meson.build').decode(), re.MULTILINE).group(1)
        for name in SOURCES + SCRIPTS:
            if name == 'meson.build':
                continue
            with self.subTest(file=name):
                self.assertNotRegex(read(name).decode('utf-8'), rf'["\']v?{re.escape(version)}["\']')


class Tree(unittest.TestCase):
    def test_top_level(self):
        top = {name.split('/')[0] for name in FILES}
        self.assertEqual(sorted(name for name in top - TOP_LEVEL if not name.startswith('.')), [])

    def test_what_must_be_there(self):
        for name in ('meson.build', 'LICENSE', 'CHANGELOG.md', 'CONTRIBUTING.md', '.ci/run', 'tools/test', 'tools/bench',
                     'tools/setup'):
            with self.subTest(file=name):
                self.assertIn(name, FILES)

    def test_scripts_can_be_started(self):
        for name in FILES:
            if read(name).startswith(b'#!/bin/sh'):
                with self.subTest(file=name):
                    self.assertTrue(os.access(os.path.join(ROOT, name), os.X_OK))
                    subprocess.run(['sh', '-n', os.path.join(ROOT, name)], check=True)

    def test_no_built_files(self):
        for name in FILES:
            with self.subTest(file=name):
                self.assertNotRegex(name, r'\.(o|a|so|pyc|exe|log)$')

    def test_models_are_small(self):
        for name in FILES:
            if name.startswith('bench/models/'):
                with self.subTest(file=name):
                    self.assertLess(os.path.getsize(os.path.join(ROOT, name)), MAX_MODEL_BYTES)

    def test_other_files_are_small(self):
        for name in FILES:
            if not name.startswith(('bench/models/', 'tests/golden/')):  # recordings: out of release archives
                with self.subTest(file=name):
                    self.assertLess(os.path.getsize(os.path.join(ROOT, name)), 500_000)

    def test_foreign_symbols_are_watched(self):
        # An object built with ISA flags that exports a shared inline function breaks older processors: simd/ has a test.
        text = '\n'.join(read(name).decode() for name in FILES
                         if name.startswith('tests/simd/') and (name.endswith(('.py', '.sh', 'meson.build'))))
        self.assertRegex(text, r'\bnm\b')


FILES = tracked()
SOURCES = [name for name in FILES if name.startswith(tuple(folder + '/' for folder in FOLDERS))
           and name.endswith(('.h', '.cc', '.inl', '.c'))]
SCRIPTS = [name for name in FILES if name.endswith(('.py', '.sh', 'meson.build', 'meson_options.txt', '.ini'))
           or read(name).startswith(b'#!/')]
CODE = ('.h', '.cc', '.inl', '.c', '.py', '.sh', '.md', 'meson.build')
TEXTS = [name for name in FILES if b'\0' not in read(name)[:4096]]

if __name__ == '__main__':
    unittest.main()
