#!/usr/bin/env python3
"""Models, recipes and Prolog programs by name: where the user says, where the program was installed, and in the source tree
that it was built in; never in the current directory or another folder above the program."""

import json
import os
import shutil
import subprocess
import unittest

from support import TRM, CliTest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILT_AT = os.path.relpath(os.path.dirname(os.path.realpath(TRM)), os.path.realpath(ROOT))


class Shipped(CliTest):
    def folder(self, *parts):
        place = self.path(os.path.join(*parts))
        os.makedirs(place, exist_ok=True)
        return place

    def program(self, *parts):
        """A copy of the program in a folder of its own."""
        place = os.path.join(self.folder(*parts), 'trm')
        shutil.copy(TRM, place)
        return place

    def info(self, program, name, env=None, cwd=None):
        variables = {k: v for k, v in os.environ.items() if not k.startswith('TRM_')}
        return subprocess.run([program, 'info', name], env={**variables, **(env or {})}, cwd=cwd or self.directory,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)

    def plant(self, folder, model, recipe_name, mark):
        """Models, recipes and Prolog programs in a folder: the model under two names; the programs leave `mark` behind."""
        models, recipes, prolog = (self.folder(folder, name) for name in ('models', 'recipes', 'baselines/prolog'))
        for name in ('mine', 'planted'):
            shutil.copy(self.model(model), f'{models}/{name}.safetensors')
        shutil.copy(ROOT + '/bench/recipes/sudoku-mlp.json', f'{recipes}/{recipe_name}.json')
        for name in os.listdir(ROOT + '/bench/baselines/prolog'):
            with open(os.path.join(prolog, name), 'w') as file:
                file.write(f":- shell('touch {mark}').\n:- halt(1).\n")
        return models, recipes, prolog

    def recipes(self, program):
        return subprocess.run([program, 'train', '--list'], cwd=self.directory, capture_output=True, text=True, timeout=60)

    def runs_prolog(self, program):
        return subprocess.run([program, 'bench', '--model', 'prolog', '--task', 'gcd', '--items', '2', '--out', 'o'],
                              cwd=self.directory, capture_output=True, text=True, timeout=60)

    def test_the_installed_folder_and_no_folder_above_the_program(self):
        program = self.program('own', 'trm', 'usr', 'bin')
        share = self.folder('own', 'trm', 'usr', 'share', 'trm.cpp')
        mark = self.path('planted-ran')
        for above in ('own', 'own/trm', 'own/trm/usr', 'own/trm/usr/bin'):
            self.plant(above + '/bench', 'sudoku', 'planted', mark)
            open(self.path(above) + '/meson.build', 'w').close()
        without = self.info(program, 'mine')
        self.assertEqual(without.returncode, 4)
        self.assertNotIn('/bench/', without.stderr)  # no such place was even looked at
        self.assertEqual((self.recipes(program).returncode, self.recipes(program).stdout), (4, ''))
        self.assertEqual(self.runs_prolog(program).returncode, 2 if shutil.which('swipl') is None else 4)
        for name in ('models', 'recipes', 'baselines/prolog'):
            os.makedirs(f'{share}/{name}', exist_ok=True)
        shutil.copy(self.model('one'), share + '/models/mine.safetensors')
        shutil.copy(ROOT + '/bench/recipes/sudoku-mlp.json', share + '/recipes/mine.json')
        for name in os.listdir(ROOT + '/bench/baselines/prolog'):
            shutil.copy(os.path.join(ROOT, 'bench/baselines/prolog', name), share + '/baselines/prolog')
        found = self.info(program, 'mine')
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertIn(share, found.stdout)
        self.assertEqual(self.info(program, 'planted').returncode, 4)
        listed = self.recipes(program)
        self.assertEqual((listed.returncode, len(listed.stdout.splitlines()), listed.stdout.split()[0]), (0, 1, 'mine'))
        if shutil.which('swipl'):
            result = self.runs_prolog(program)
            self.assertEqual(result.returncode, 0, result.stderr)
        self.assertFalse(os.path.exists(mark))

    @unittest.skipIf(BUILT_AT.startswith('..'), 'the program was built outside the source tree')
    def test_the_installed_folder_comes_before_the_source_tree(self):
        program = self.program('both', BUILT_AT)
        open(self.path('both') + '/meson.build', 'w').close()
        share = self.folder('both', os.path.dirname(BUILT_AT), 'share', 'trm.cpp')
        tree = self.plant('both/bench', 'one', 'tree', self.path('tree-ran'))
        self.assertIn(tree[0], self.info(program, 'mine').stdout)
        self.assertEqual(self.recipes(program).stdout.split()[0], 'tree')
        if shutil.which('swipl'):
            self.runs_prolog(program)
            self.assertTrue(os.path.exists(self.path('tree-ran')))
        installed = self.plant(os.path.relpath(share, self.directory), 'one', 'tree', self.path('share-ran'))
        self.assertIn(installed[0], self.info(program, 'mine').stdout)
        if shutil.which('swipl'):
            self.runs_prolog(program)
            self.assertTrue(os.path.exists(self.path('share-ran')))

    def test_an_installed_tree_that_was_moved(self):
        program = self.program('moved', 'bin')
        models = self.folder('moved', 'share', 'trm.cpp', 'models')
        shutil.copy(self.model('one'), models + '/mine.safetensors')
        self.assertEqual(self.info(program, 'mine').returncode, 0)
        os.symlink(program, self.path('link'))
        self.assertEqual(self.info(self.path('link'), 'mine').returncode, 0)
        recipes = self.folder('moved', 'share', 'trm.cpp', 'recipes')
        shutil.copy(ROOT + '/bench/recipes/sudoku-mlp.json', recipes + '/mine.json')
        listed = subprocess.run([program, 'train', '--list'], cwd=self.directory, capture_output=True, text=True, timeout=60)
        self.assertEqual((listed.returncode, listed.stdout.split()[0]), (0, 'mine'))
        result = self.info(program, 'other')
        self.assertEqual(result.returncode, 4)
        self.assertIn(f'no other.safetensors in {models};', result.stderr)  # all that were searched

    @unittest.skipIf(BUILT_AT.startswith('..'), 'the program was built outside the source tree')
    def test_a_source_tree(self):
        program = self.program('tree', BUILT_AT)
        models = self.folder('tree', 'bench', 'models')
        shutil.copy(self.model('one'), models + '/mine.safetensors')
        self.assertEqual(self.info(program, 'mine').returncode, 4)  # nothing says that this is a source tree
        open(self.path('tree') + '/meson.build', 'w').close()
        self.assertEqual(self.info(program, 'mine').returncode, 0)
        elsewhere = self.program('tree', 'copies', BUILT_AT)
        self.assertEqual(self.info(elsewhere, 'mine').returncode, 4)  # that is not where it was built
        if os.geteuid() == 0:
            os.chown(models, 12345, 12345)  # somebody else's, as in /tmp
            result = self.info(program, 'mine')
            self.assertEqual(result.returncode, 4)
            self.assertNotIn(models, result.stderr)

    def test_the_current_directory_is_not_searched(self):
        place = self.folder('untrusted')
        program = self.program('alone')
        models, recipes, prolog = (self.folder('untrusted', 'bench', name)
                                   for name in ('models', 'recipes', 'baselines/prolog'))
        shutil.copy(self.model('one'), models + '/planted.safetensors')
        shutil.copy(self.model('one'), place + '/file')
        shutil.copy(ROOT + '/bench/recipes/sudoku-mlp.json', recipes + '/planted.json')
        for name in os.listdir(ROOT + '/bench/baselines/prolog'):
            with open(os.path.join(prolog, name), 'w') as file:
                file.write(f":- shell('touch {place}/ran').\n")
        open(place + '/questions', 'w').close()
        self.assertEqual(self.info(program, 'planted', cwd=place).returncode, 4)
        listed = subprocess.run([program, 'train', '--list'], cwd=place, capture_output=True, text=True, timeout=60)
        self.assertEqual((listed.returncode, listed.stdout), (4, ''))
        subprocess.run([program, 'bench', '--model', 'prolog', '--task', 'gcd', '--items', '2', '--out', 'o'], cwd=place,
                       capture_output=True, timeout=60)
        self.assertFalse(os.path.exists(place + '/ran'))
        # What the user names is another matter.
        for name in ('file', './file', 'bench/models/planted.safetensors'):
            self.assertEqual(self.info(program, name, cwd=place).returncode, 0, name)

    def test_a_name_without_ending_is_the_shipped_one(self):
        place = self.folder('shadow')
        with open(place + '/trm-frames', 'w') as file:
            file.write('planted')
        self.assertIn('trm-frames.safetensors', self.passes('info', 'trm-frames', cwd=place).stdout)
        with open(place + '/sudoku-mlp.json', 'w') as file:
            json.dump({'mine': 1}, file)  # with its ending it is a file, and this one has another content
        self.fails(4, ['sudoku-mlp.json'], 'train', 'sudoku-mlp.json', '--dry-run', cwd=place)

    def test_variables_that_name_no_folder(self):
        text = self.write('a-file', '')
        for folder in ('/nonexistent/place', text):
            for variable, args in (('TRM_MODELS', ('run', 'trm-frames', 'fact 3')), ('TRM_MODELS', ('info', 'trm-frames')),
                                   ('TRM_MODELS', ('bench', '--model', 'trm-frames', '--out', 'o')),
                                   ('TRM_MODELS', ('bench', '--suite', 'paper', '--out', 'o')),
                                   ('TRM_RECIPES', ('train', 'sudoku-mlp')), ('TRM_RECIPES', ('train', '--list'))):
                with self.subTest(variable=variable, args=args, folder=folder):
                    self.fails(4, [f'{variable}: "{folder}" is no folder'], *args, env={variable: folder})
        if shutil.which('swipl'):
            self.fails(4, ['TRM_PROLOG: "/nonexistent" is no folder'], 'bench', '--model', 'prolog', '--out', 'o',
                       env={'TRM_PROLOG': '/nonexistent'})
        self.passes('info', self.model('one'), env={'TRM_MODELS': '/nonexistent'})  # a path asks no variable

    def test_meson_install(self):
        build = os.path.dirname(os.path.dirname(TRM))
        meson = shutil.which('meson')
        if meson is None or not os.path.exists(build + '/meson-private'):
            self.skipTest('there is no meson, or no build folder')
        place = self.path('staged')
        subprocess.run([meson, 'install', '-C', build, '--no-rebuild', '--destdir', place], check=True, capture_output=True,
                       timeout=60)
        [program] = [os.path.join(folder, 'trm') for folder, _, names in os.walk(place) if 'trm' in names]
        result = self.info(program, 'trm-frames', cwd='/')
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(place, result.stdout)


if __name__ == '__main__':
    unittest.main()
