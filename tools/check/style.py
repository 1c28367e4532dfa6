"""clang-format and clang-tidy over the sources. A file that passed clang-tidy, or clang++ where clang-tidy is not asked, is not
read again until it, a project header that it includes, its compile command or the configuration changes."""

import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import subprocess
import time

import builds
import counting
from builds import ROOT

FOLDERS = ('simd', 'engine', 'tasks', 'reports', 'bench', 'tools', 'tests')
TIDY_SECONDS = 120
TIDY_FOLDERS = ('engine', 'tasks', 'reports', 'bench', 'tools')
_INCLUDE = re.compile(rb'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def sources():
    """C++ files of the tree, relative to the root, sorted."""
    found = []
    for folder in FOLDERS:
        for path, _, names in os.walk(os.path.join(ROOT, folder)):
            found += [os.path.relpath(os.path.join(path, name), ROOT) for name in names
                      if name.endswith(('.h', '.cc', '.inl', '.c'))]
    return sorted(found)


def check_format(log):
    files = sources()
    done = subprocess.run(['clang-format-14', '--dry-run', '--Werror', *files], cwd=ROOT, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    log.write(done.stdout)
    name = f'clang-format ({len(files)} files)'
    if done.returncode == 0:
        return counting.Outcome(name, passed=1)
    bad = sorted(set(re.findall(r'^([^:\s]+):\d+:\d+: error', done.stdout, re.MULTILINE)))
    return counting.Outcome(name, failed=1, reason='run clang-format-14 -i on ' + ' '.join(bad))


def _closure(path, seen):
    """The file and every project header that it reaches."""
    if path in seen or not os.path.isfile(os.path.join(ROOT, path)):
        return
    with open(os.path.join(ROOT, path), 'rb') as file:
        seen[path] = file.read()
    for name in _INCLUDE.findall(seen[path]):
        _closure(name.decode(), seen)


def _digest(entry, path):
    seen = {}
    _closure(path, seen)
    state = hashlib.sha256()
    with open(os.path.join(ROOT, '.clang-tidy'), 'rb') as file:
        state.update(file.read())
    state.update(entry['command'].encode())
    for name in sorted(seen):
        state.update(name.encode() + b'\0' + seen[name])
    return state.hexdigest()


def _recent_first(paths):
    """Changed and lately committed files first: they are the likely ones to be wrong."""
    try:
        text = subprocess.check_output(
            ['git', '-c', f'safe.directory={ROOT}', 'log', '-n', '30', '--name-only', '--format='], cwd=ROOT, text=True)
        changed = subprocess.check_output(
            ['git', '-c', f'safe.directory={ROOT}', 'diff', '--name-only', 'HEAD'], cwd=ROOT, text=True)
        order = list(dict.fromkeys((changed + text).split()))
    except (OSError, subprocess.CalledProcessError):
        order = []
    rank = {name: place for place, name in enumerate(order)}
    return sorted(paths, key=lambda path: (rank.get(path, len(rank)), path))


def check_tidy(log, build_path):
    """One outcome per file that was to be read; `build_path` holds compile_commands.json."""
    with open(os.path.join(build_path, 'compile_commands.json'), encoding='utf-8') as file:
        entries = json.load(file)
    work = {}
    for entry in entries:
        path = os.path.relpath(os.path.join(entry['directory'], entry['file']), ROOT)
        if path.endswith('.cc') and not path.startswith('..'):
            work[path] = entry
    stamps = os.path.join(build_path, 'tidy')
    os.makedirs(stamps, exist_ok=True)
    deadline = time.monotonic() + TIDY_SECONDS

    def one(path):
        tidy = path.split(os.sep)[0] in TIDY_FOLDERS
        name = f'{"clang-tidy" if tidy else "clang++"} {path}'
        digest = _digest(work[path], path)
        stamp = os.path.join(stamps, path.replace(os.sep, '__'))
        if os.path.exists(stamp):
            with open(stamp, encoding='utf-8') as file:
                if file.read() == digest:
                    return counting.Outcome(name, passed=1)
        if time.monotonic() > deadline:
            return counting.Outcome(name, skipped=1, reason='no time left; the next run reads it')
        command = (['clang-tidy-14', '--quiet', '-p', build_path, os.path.join(ROOT, path)] if tidy
                   else builds.reading(shlex.split(work[path]['command'])))
        outcome = counting.run(name, command, log, 300, workdir=build_path)
        if not outcome.failed:
            with open(stamp, 'w', encoding='utf-8') as file:
                file.write(digest)
        return outcome

    with concurrent.futures.ThreadPoolExecutor(builds.jobs()) as pool:
        return list(pool.map(one, _recent_first(work)))
