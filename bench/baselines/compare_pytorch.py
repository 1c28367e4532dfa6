#!/usr/bin/env python3
"""Training and forward speed of the engine beside PyTorch: same model, same frames, one thread each, in turns.

    compare_pytorch.py [--build DIR] [--model FILE] [--blas DIR] [--rounds N] [--seconds S]

Checks first that both compute the same numbers. Prints a Markdown table: frames per second of each (median over the rounds)
and the ratio of each round's pair as median with the smallest and the largest. Exit status: 0 the engine is faster in both,
1 it is not or the numbers differ, 3 the rounds do not agree on who is faster, 4 something is missing.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RIVAL = os.path.join(ROOT, 'bench', 'baselines', 'pytorch_frames.py')
METRICS = (('train_frames_per_s', 'training (forward, backward, AdamW)'), ('forward_frames_per_s', 'forward'))


SLOW_BLAS = 10e9  # the reference BLAS of Debian reaches about 3 GFLOP/s, an optimised one ten times that


class Missing(Exception):
    pass


def python_with_torch():
    for python in (sys.executable, '/usr/bin/python3'):
        if subprocess.run([python, '-c', 'import torch'], capture_output=True, check=False).returncode == 0:
            return python
    raise Missing('no Python with PyTorch; install python3-torch')


def torch_environment(blas):
    """One thread everywhere, and what makes PyTorch faster: mimalloc where it is installed, the BLAS in `blas`."""
    out = dict(os.environ, OMP_NUM_THREADS='1', OPENBLAS_NUM_THREADS='1', MKL_NUM_THREADS='1')
    if blas:
        out['LD_LIBRARY_PATH'] = os.pathsep.join([blas] + [p for p in [os.environ.get('LD_LIBRARY_PATH')] if p])
    found = subprocess.run(['/sbin/ldconfig', '-p'], capture_output=True, text=True, check=False).stdout
    libraries = [line.split('=> ')[1] for line in found.splitlines() if 'libmimalloc.so' in line and '=> ' in line]
    if libraries:
        out['LD_PRELOAD'] = libraries[0]
    return out


def run(command, environment=None):
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode != 0:
        raise Missing(f'{" ".join(command)} ended with status {done.returncode}: {(done.stderr or done.stdout).strip()}')
    return done.stdout


def table(ours, theirs):
    lines = [f'| one thread | trm.cpp ({ours[0]["isa"]}), frames/s | {theirs[0]["engine"]}, frames/s | ratio (smallest, largest) |',
             '| :--- | ---: | ---: | ---: |']
    verdict = 0
    for metric, title in METRICS:
        ratios = [a[metric] / b[metric] for a, b in zip(ours, theirs)]
        middle = statistics.median(ratios)
        lines.append(f'| {title} | {statistics.median(a[metric] for a in ours):.0f} | '
                     f'{statistics.median(b[metric] for b in theirs):.0f} | '
                     f'**{middle:.2f}** ({min(ratios):.2f}, {max(ratios):.2f}) |')
        if max(ratios) <= 1:
            verdict = 1
        elif min(ratios) <= 1 and verdict == 0:
            verdict = 3
    return '\n'.join(lines), verdict


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', default=os.path.join(ROOT, 'build', 'release'), help='build directory with trm_rival')
    parser.add_argument('--model', default=os.path.join(ROOT, 'bench', 'models', 'trm-frames.safetensors'))
    parser.add_argument('--blas', help='directory of the libblas.so.3 that PyTorch shall use')
    parser.add_argument('--rounds', type=int, default=7)
    parser.add_argument('--seconds', type=float, default=3.0, help='for each measurement')
    args = parser.parse_args()
    if args.rounds < 1 or args.seconds <= 0:
        parser.error('--rounds and --seconds must be positive')
    try:
        engine = os.path.join(args.build, 'bench', 'trm_rival')
        for path in (engine, args.model):
            if not os.path.exists(path):
                raise Missing(f'{path} is missing')
        python, environment = python_with_torch(), torch_environment(args.blas)
        with tempfile.TemporaryDirectory() as scratch:
            data = os.path.join(scratch, 'frames.safetensors')
            run([engine, 'prepare', args.model, data])
            checked = subprocess.run([python, RIVAL, 'check', args.model, data], capture_output=True, text=True,
                                     check=False, env=environment)
            if checked.returncode != 0:
                print(f'the two engines do not agree: {checked.stdout}{checked.stderr}', file=sys.stderr)
                return 1
            errors = json.loads(checked.stdout)['relative_errors']
            ours, theirs = [], []
            for number in range(args.rounds):
                print(f'round {number + 1} of {args.rounds}', file=sys.stderr)
                sides = [(ours, [engine, 'measure', args.model, str(args.seconds)], None),
                         (theirs, [python, RIVAL, 'measure', args.model, data, str(args.seconds)], environment)]
                # Who comes first changes, in case something wears off or builds up.
                for results, command, variables in sides if number % 2 == 0 else reversed(sides):
                    results.append(json.loads(run(command, variables)))
    except Missing as error:
        print(f'compare_pytorch: {error}', file=sys.stderr)
        return 4
    text, verdict = table(ours, theirs)
    print(text)
    print('\nSame numbers on both sides, relative errors: ' +
          ', '.join(f'{name} {value:.1e}' for name, value in errors.items()) + '.')
    rate = statistics.median(b['blas_flops'] for b in theirs)
    print(f'PyTorch pads frames of similar length together, {theirs[0]["train_group"]} at a time when it trains; its BLAS '
          f'reaches {rate / 1e9:.0f} GFLOP/s on one thread.')
    if rate < SLOW_BLAS:
        print('compare_pytorch: that is a slow BLAS, which is not a fair rival: install libopenblas0-pthread', file=sys.stderr)
    return verdict


if __name__ == '__main__':
    sys.exit(main())
