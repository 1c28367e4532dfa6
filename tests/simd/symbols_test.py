"""Objects built with instruction set flags must not offer code to others.

usage: symbols_test.py NM LIBRARY...

A weak symbol (an inline function or a template of a shared header) that an AVX object emits can be the copy that the
linker keeps for everyone, and a CPU without AVX then dies in it. So the only symbol that such a library may define for
others is the override of its row.
"""
import pathlib
import re
import subprocess
import sys


def main() -> int:
    nm, libraries = sys.argv[1], sys.argv[2:]
    if not libraries:
        print("no library given")
        return 1
    failed = False
    for library in libraries:
        isa = re.fullmatch(r"libtrm_simd_(\w+)\.a", pathlib.Path(library).name).group(1)
        text = subprocess.run([nm, "--defined-only", "--extern-only", "-C", library],
                              check=True, capture_output=True, text=True).stdout
        symbols = [line.split(maxsplit=2)[1:] for line in text.splitlines() if re.match(r"[0-9a-f]+ ", line)]
        want = [["T", f"trm::simd::override_{isa}(trm::simd::Kernels<float>&)"]]
        if symbols != want:
            failed = True
            print(f"{library}: expected only {want}, found:")
            for kind, name in symbols:
                print(f"  {kind} {name}")
        else:
            print(f"{library}: ok")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
