#!/usr/bin/env python3
"""Trains the variants of the lightweight unit one after another, on one thread each, and prints their table.

A run that was stopped goes on where it was; one that is complete is only read. Seconds depend on the machine and on what else it does:
compare within one table.
"""

import argparse
import json
import math
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ONE_EVALUATION = ['model.family=transformer']

SEEDS = (1, 2, 3)
# Name, and what it changes (a file of its own first, where it ends in .json).
VARIANTS = [
    ('two evaluations', []),
    ('two evaluations, more updates', ['steps=4800']),
    ('one evaluation', ONE_EVALUATION),
    ('one evaluation, same time', [*ONE_EVALUATION, 'steps=4800']),
    ('three evaluations', ['model.L_cycles=2']),
    ('three evaluations, same time', ['model.L_cycles=2', 'steps=1700']),
    ('no convolution', ['model.conv_kernel=0']),
    ('no global heads', ['model.global_heads=0']),
    ('no local heads', ['model.global_heads=8']),
    ('no recursion-aware bias', ['model.recursion_bias=false']),
    ('with a curriculum', ['curriculum.json']),
    ('attention unit', ['model.global_heads=0', 'model.conv_kernel=0', 'model.recursion_bias=false', 'model.rope=true',
                        'model.window=256']),
]


def wilson(right, n, z=1.96):
    """95 % interval of a ratio, in percent."""
    p = right / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return 100 * (middle - half), 100 * (middle + half)


def train(trm, out, name, settings, seed):
    """Directory of the finished run."""
    directory = out / f'{name.replace(",", "").replace(" ", "-")}-{seed}'
    config = 'base.json'
    if settings and settings[0].endswith('.json'):
        config, settings = settings[0], settings[1:]
    command = [trm, 'train', str(HERE / config), '--threads', '1', '--out', str(directory), '--set', f'seed={seed}']
    for setting in settings:
        command += ['--set', setting]
    print(f'{name}, seed {seed}', file=sys.stderr, flush=True)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return directory


def last_validation(directory):
    lines = [json.loads(line) for line in (directory / 'metrics.jsonl').read_text(encoding='utf-8').splitlines()]
    return [line for line in lines if line['kind'] == 'validation'][-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--trm', default='build/release/tools/trm', help='the program')
    parser.add_argument('--out', type=pathlib.Path, default=pathlib.Path('out/ablations'), help='directory of the runs')
    parser.add_argument('--only', help='variants whose names begin so')
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    print('| variant | updates | exact validation frames, by seed | seconds |')
    print('| --- | ---: | --- | ---: |')
    for name, settings in VARIANTS:
        if arguments.only and not name.startswith(arguments.only):
            continue
        ends = [last_validation(train(arguments.trm, arguments.out, name, settings, seed)) for seed in SEEDS]
        cells = []
        for end in ends:
            low, high = wilson(round(end['sequence_accuracy'] * end['sequences']), end['sequences'])
            cells.append(f'{100 * end["sequence_accuracy"]:.2f} % ({low:.1f}–{high:.1f})')
        seconds = sum(end['seconds'] for end in ends) / len(ends)
        print(f'| {name} | {ends[0]["step"]:,} | {", ".join(cells)} | {seconds:.0f} |', flush=True)


if __name__ == '__main__':
    main()
