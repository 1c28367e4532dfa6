"""Runs programs and what the front end made of them, and says where they differ.

The input is a list of cases. Each has three texts: the program, the expression that is asked (none: what the program does as a
script), and the lowered program, whose question() is the same. A text is its length in bytes, a line end, and its bytes. For
each case a line is printed: "same OUTCOME", or "differs" with both outcomes.
"""

import contextlib
import io
import sys
import threading


def outcome(run):
    """What a program prints, and its value or the name of its error."""
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            value = run()
        result = 'float result' if isinstance(value, float) else 'value ' + repr(value)
    except RecursionError:
        raise
    except Exception as error:  # whatever the program raises is its answer
        result = str(error) if type(error) is RuntimeError else 'error ' + type(error).__name__
    return (result, printed.getvalue())


def original(source, call):
    space = {'__name__': 'program' if call else '__main__'}
    if call:
        exec(source, space)
        return lambda: eval(call, space)
    lines = source.rstrip().split('\n')
    last = lines[-1]
    # The value of a script is that of its last line, if this is an expression.
    try:
        code = compile(last, 'last', 'eval')
    except SyntaxError:
        return lambda: exec(source, space)
    return lambda: (exec('\n'.join(lines[:-1]), space), eval(code, space))[1]


def tuples(value):
    if not isinstance(value, list):
        return value
    items = [tuples(item) for item in value]
    return tuple(items[1:]) if items and items[0] == '\U000f0000' else items


def lowered(text):
    # What is shown of tuples begins with a mark.
    space = {'print': lambda *values: print(*map(tuples, values))}
    exec(text, space)
    return lambda: tuples(space['question']())


def texts():
    data = sys.stdin.buffer
    while True:
        line = data.readline()
        if not line:
            return
        yield data.read(int(line)).decode()


def main():
    source = texts()
    for program in source:
        call, text = next(source), next(source)
        expected = outcome(original(program, call))
        found = outcome(lowered(text))
        print('same ' + ascii(expected) if expected == found else f'differs: {call!a}: {expected!a} became {found!a}', flush=True)


sys.setrecursionlimit(100_000)
threading.stack_size(512 * 1024 * 1024)
thread = threading.Thread(target=main)
thread.start()
thread.join()
