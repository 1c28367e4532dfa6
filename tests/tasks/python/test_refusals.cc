// What is outside the language: the place, the construct, and what to write instead.
#include <doctest/doctest.h>

#include <string>

#include "tasks/python/program.h"

using namespace trm;
using namespace trm::tasks::python;

namespace {

struct Refused {
  const char* source;
  const char* place;      ///< "2, 5"
  const char* construct;  ///< part of the message
  const char* instead;    ///< part of the fix
};

constexpr Refused kRefused[] = {
    {"def f(xs):\n    if not xs:\n        xs = [0]\n    xs.append(1)\n", "4, 8", "the method .append", "xs = xs + [x]"},
    {"def f(xs):\n    if len(xs) > 9:\n        xs = xs[:2]\n    return xs.pop()\n", "4, 15",
     "the method .pop of a parameter", "xs = xs[:]"},
    {"def f(xs, ys):\n    xs.append(1)\n    return ys\ndef g(n):\n    zs = [n]\n    return f(zs, zs)\n", "6, 12",
     "the change by f() of a list that it gets twice", "zs[:]"},
    {"def f(xs):\n    xs.append(1)\ndef g(n):\n    zs = [n]\n    ys = zs\n    f(zs)\n    return ys\n", "6, 5",
     "the change by f() of a list that has another name as well (\"ys\")", "zs[:]"},
    {"from functools import cache\n@cache\ndef f(n, xs):\n    xs.append(n)\n    return n\n", "3, 5",
     "remembers its calls and changes", "new list"},
    {"def f(n, xs=[]):\n    xs.append(n)\n    return xs\ndef g(n):\n    return f(n) + f(n)\n", "5, 12",
     "changes the list of a default", "xs=None"},
    {"def f(xs):\n    return xs.pop()\ndef g(xs):\n    return 1 < f(xs) < 3\n", "4, 12", "a chain of comparisons",
     "line of its own"},
    {"def f(s):\n    return s.title()\n", "2, 14", "the method .title", "looks each character up"},
    {"def f(n):\n    return (lambda x: x)\n", "2, 13", "a lambda as a value", "def"},
    {"def f(n):\n    return f'{n:>3}'\n", "2, 12", "a format behind a value", "{value} alone"},
    {"def f(n):\n    return f'{n'\n", "2, 12", "never closed in an f-string", "{{"},
    {"def f(n):\n    return {}\n", "2, 12", "a dict", "[key, value]"},
    {"def f(n):\n    d = {}\n    d[n] = 1\n    return d\n", "2, 9", "a dict", "[key, value]"},
    {"def f(n):\n    del n\n", "2, 5", "del of other than an item", "xs[i]"},
    {"def f(n):\n    return (n, 1) if n else [n, 1]\n", "2, 12", "a tuple where", "in both"},
    {"def f(n):\n    t = (n, 1)\n    t[0] = 2\n    return t\n", "3, 6", "a change of a tuple", "[a, b]"},
    {"def f(n):\n    return isinstance(n, f)\n", "2, 12", "isinstance() with other than int", "one of these"},
    {"def f(n):\n    return (n < 1) & (n > 2)\n", "2, 12", "between truth values", "`and`"},
    {"def f(n):\n    xs = [n]\n    ys = xs\n    xs.append(1)\n    return ys\n", "4, 8", "another name as well (\"ys\")",
     "xs + [x]"},
    {"def f(n):\n    row = [0] * n\n    m = [row] * n\n    m[0][0] = 1\n    return m\n", "4, 9", "list in a list",
     "row[:]"},
    {"def f(n):\n    m = [[0] * n] * n\n    m[0][0] = 1\n    return m\n", "3, 9", "list in a list", "row[:]"},
    {"def f(xs):\n    for x in xs:\n        xs = xs[:]\n        ys = [x]\n        for y in ys:\n            "
     "ys.append(y)\n    return xs\n",
     "6, 16", "another name as well", "ys + [x]"},
    {"def f(n):\n    def g(m):\n        return m\n    return g\n", "4, 12", "the function g as a value", "call it"},
    {"def f(xs):\n    return xs.field\n", "2, 15", "the attribute .field", "lists"},
    {"def f(n):\n    return math.sqrt(n)\n", "2, 17", "math.sqrt", "function of its own"},
    {"def f(n):\n    return n / 2\n", "2, 14", "/ makes a float", "//"},
    {"def f(n):\n    n /= 2\n", "2, 7", "/ makes a float", "//"},
    {"def f(n):\n    return 1.5 * n\n", "2, 12", "the float 1.5", "whole numbers"},
    {"def f(n):\n    return 1e3\n", "2, 12", "the float 1e3", "whole numbers"},
    {"def f(n):\n    return {1: 2}\n", "2, 12", "a dict", "[key, value]"},
    {"def f(n):\n    return {1, 2}\n", "2, 12", "a set", "not in"},
    {"class A:\n    pass\n", "1, 1", "a class", "functions"},
    {"def f(n):\n    try:\n        return 1\n    except: pass\n", "2, 5", "try", "test before"},
    {"def f(n):\n    with n: pass\n", "2, 5", "with", "parameters"},
    {"def f(n):\n    global x\n    x = n\n", "2, 5", "\"x\", which the module gives no value", "x = ..."},
    {"def f(n):\n    nonlocal x\n    x = n\n", "2, 5", "where no def around it has", "def around"},
    {"global x\n", "1, 1", "outside of a function", "remove"},
    {"def f(n):\n    yield n\n", "2, 5", "a generator function", "list"},
    {"async def f(n): pass\n", "1, 1", "async", "plain def"},
    {"def f(n):\n    match n:\n        case 1: return 2\n", "2, 5", "match", "elif"},
    {"import random\n", "1, 1", "import of \"random\"", "functions of your own"},
    {"from functools import reduce\n", "1, 23", "import of \"reduce\"", "functions of your own"},
    {"@staticmethod\ndef f(n): return n\n", "1, 1", "the decorator @staticmethod", "@cache"},
    {"def f(a, b, c, d, e, g, h, i, j): return a\n", "1, 31", "more than 8 parameters", "list"},
    {"from math import sqrt\n", "1, 18", "import of \"sqrt\"", "functions of your own"},
    {"def f(*xs): return xs\n", "1, 7", "the parameter sign *", "name each"},
    {"def f(**xs): return xs\n", "1, 7", "the parameter sign **", "name each"},
    {"def f(n, m=f(1)): return n\n", "1, 12", "a default that is no constant", "constant"},
    {"def f(n):\n    return f(*n)\n", "2, 14", "unpacking with *", "each value"},
    {"def f(n):\n    print(n, end='')\n", "2, 5", "the argument end=", "leave it out"},
    {"def f(n):\n    return b'x'\n", "2, 12", "a bytes literal", "without b"},
    {"def f(n):\n    return 'n: %d' % n\n", "2, 12", "the % that formats", "print(a, b)"},
    {"def f(n):\n    if (m := n): return m\n", "2, 11", "the assignment expression", "line of its own"},
    {"def f(n):\n    return n is 1\n", "2, 14", "`is` with anything but None", "=="},
    {"def f(n):\n    return n is not 1\n", "2, 14", "`is not` with anything but None", "!="},
    {"def f(xs):\n    xs = xs or [2]\n    xs[0] = 1\n", "3, 7", "the change of an item of a parameter", "xs = xs[:]"},
    {"def f(xs):\n    xs[1:] = [1]\n", "2, 7", "the assignment to a slice", "xs[:i]"},
    {"def f(xs):\n    xs = xs or [2]\n    xs += [1]\n", "3, 5", "+= of a parameter", "xs = xs + [x]"},
    {"def f(n):\n    return input()\n", "2, 12", "input()", "in the call"},
    {"def f(n):\n    g = f\n    return g(n)\n", "2, 9", "the function f as a value", "call it"},
    {"def f(g):\n    return g(1)\n", "2, 12", "a call of the variable \"g\"", "def"},
    {"def f(n):\n    return f(n)(n)\n", "2, 16", "a call of what is no name", "def"},
    {"def f(xs):\n    return xs[1, 2]\n", "2, 16", "an index of several parts", "xs[i][j]"},
    {"def f(xs, k):\n    return xs[::k]\n", "2, 14", "a slice with a step", "xs[::2]"},
    {"def f(xs):\n    return (x for x in xs)\n", "2, 12", "a generator as a value", "square brackets"},
    {"def f(xs):\n    return ...\n", "2, 12", "...", "pass"},
    {"def f(n):\n    raise n\n", "2, 11", "raise with \"n\"", "ValueError"},
    {"total = 0\ntotal = 1\ndef f(n):\n    return total\n", "4, 12", "the variable total of the module", "parameter"},
    {"def f(n): return n\ndef f(m): return m\n", "2, 5", "defined twice", "another name"},
    {"def f(n, n): return n\n", "1, 10", "there twice", "another name"},
    {"def f(n):\n    break\n", "2, 5", "a break stands outside of a loop", "remove"},
    {"def f(n):\n    if n:\n        continue\n", "3, 9", "a continue stands outside of a loop", "remove"},
    {"return 1\n", "1, 1", "a return stands outside of a function", "print"},
    {"def f(n):\nreturn 1\n", "2, 1", "a block has no lines", "indent"},
    {"def f(n):\n    return 1\n      return 2\n", "3, 7", "indented for no reason", "line before"},
    {"def f(n):\n        return 1\n   return 2\n", "3, 4", "indented like no line before", "four blanks"},
    {"def f(n):\n    return (n\n", "2, 12", "never closed", "close"},
    {"def f(n):\n    return n)\n", "2, 13", "closes nothing", "remove"},
    {"def f(n):\n    return 'n\n", "2, 12", "never closed", "close"},
    {"def f(n):\n    return n $ 2\n", "2, 14", "means nothing", "remove"},
    {"def f(n):\n    return \u201cn\u201d\n", "2, 12", "means nothing", "remove"},
    {"def f(n):\n    return 007\n", "2, 12", "begins with 0", "zeros"},
    {"def f(n):\n    return 12ab\n", "2, 12", "ends in the middle", "digits"},
    {"def f(n)\n    return n\n", "1, 9", "the line ends where \":\"", "Python"},
    {"def f(n):\n    return n +\n", "2, 15", "the line ends where an expression", "Python"},
    {"def f(n):\n    print n\n", "2, 11", "\"n\" stands where the end of the line", "Python"},
    {"def f(n):\n    1 = n\n", "2, 5", "can have no value", "name"},
    {"def f(n):\n    else: pass\n", "2, 5", "has no `if`", "indent"},
    {"def f(n):\n    return len(n, n)\n", "2, 12", "len() takes one value, not 2", "as many"},
    {"h\u00e9 = 1; \u20ac = 2\n", "1, 9", "means nothing", "remove"},
};

}  // namespace

TEST_CASE("python: what is outside the language is refused with its place and the nearest thing that is in it") {
  for (const Refused& refused : kRefused) {
    const std::string source = refused.source;
    CAPTURE(source);
    const Result<Program> program = read_program(source, "file.py");
    REQUIRE_FALSE(program.ok());
    const Error& error = program.error();
    CHECK(error.code == ErrorCode::bad_input);
    CHECK(error.file == "file.py");
    const std::string place = refused.place;
    CHECK(error.field == "line " + place.substr(0, place.find(',')) + ", column " + place.substr(place.find(' ') + 1));
    CHECK_MESSAGE(error.message.find(refused.construct) != std::string::npos, error.message);
    CHECK_MESSAGE(error.fix.find(refused.instead) != std::string::npos, error.fix);
  }
}

TEST_CASE("python: a refused question leaves the program as it was") {
  Result<Program> program = read_program("def f(n): return n\nf(1)\n", "file.py");
  REQUIRE(program.ok());
  const std::string before = to_python(*program);
  for (const char* call : {"", "f(", "f(1) f(2)", "lambda: 1", "sorted([1], cmp=f)", "x = 1", "f"}) {
    CAPTURE(call);
    const Status status = add_question(*program, call);
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().file == "question");
    CHECK(to_python(*program) == before);
  }
}

TEST_CASE("python: sources that are too large or too deep are refused") {
  const std::string huge = "def f(n): return n\n" + std::string(1'000'000, '#');
  CHECK(read_program(huge, "f").error().message.find("1000019 bytes") != std::string::npos);
  const auto refused = [](const std::string& source) {
    const Result<Program> program = read_program(source, "f");
    REQUIRE_FALSE(program.ok());
    CHECK(program.error().field.starts_with("line "));
    return program.error().message;
  };
  const auto many = [](const std::string& text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
  };
  const std::string head = "def f(n): return ";
  CHECK(refused(head + many("(", 10'000) + "n").find("nested more than") != std::string::npos);
  CHECK(refused(head + many("(", 10'000) + "n" + many(")", 10'000)).find("nested more than") != std::string::npos);
  CHECK(refused(head + many("-", 10'000) + "n").find("too often") != std::string::npos);
  CHECK(refused(head + many("not ", 10'000) + "n").find("too often") != std::string::npos);
  CHECK(refused(head + "n" + many(" + n", 10'000)).find("levels") != std::string::npos);
  CHECK(refused(head + "n" + many(" ** n", 10'000)).find("deep") != std::string::npos);
  CHECK(refused(head + many("1 if n else ", 8'000) + "n").find("levels") != std::string::npos);
  CHECK(refused(head + "n" + many("[0]", 10'000)).find("levels") != std::string::npos);
  CHECK(refused("def f(n): " + many("if n: ", 10'000) + "return 1").find("nested too deep") != std::string::npos);
  std::string blocks = "def f(n):\n";
  for (int i = 1; i < 300; ++i) blocks += std::string(static_cast<std::size_t>(i), ' ') + "if n:\n";
  CHECK(refused(blocks).find("nested more than") != std::string::npos);
  std::string chain = "def f(n):\n  if n == 0: return 0\n";
  chain += many("  elif n: return 1\n", 4'000);
  CHECK(refused(chain).find("elif") != std::string::npos);
  std::string variables = "def f(n):\n";
  for (int i = 0; i < 300; ++i) variables += "  v" + std::to_string(i) + " = n\n";
  CHECK(refused(variables).find("variables") != std::string::npos);
  std::string crowd = "def f(n):\n";
  for (int i = 0; i < 9; ++i) crowd += "  v" + std::to_string(i) + " = n + " + std::to_string(i) + "\n";
  crowd += "  while n > 0:\n    n -= 1\n  return v0";
  for (int i = 1; i < 9; ++i) crowd += " + v" + std::to_string(i);
  CHECK(refused(crowd).find("10 variables are in use at once") != std::string::npos);
  std::string functions;
  for (int i = 0; i < 1'100; ++i) functions += "def f" + std::to_string(i) + "(n):\n  while n: n -= 1\n";
  CHECK(refused(functions).find("functions") != std::string::npos);
  // A long list that is read in many places.
  CHECK(refused("X = [0] * 9999\ndef f(n):\n  return n" + many(" + X[n]", 100) + "\n").find("too many values") !=
        std::string::npos);
}

TEST_CASE("python: what is long but not deep is read") {
  std::string lines = "def f(n):\n";
  for (int i = 0; i < 3'000; ++i) lines += "    n = n + n % 3\n    print(n)\n";
  const Result<Program> program = read_program(lines + "    return n\n", "f");
  REQUIRE_MESSAGE(program.ok(), program.error().text());
  CHECK(validate(*program).ok());
  CHECK(program->functions.size() > 50);
  std::string list = "def f(n): return [n";
  for (int i = 0; i < 3'000; ++i) list += ", n * " + std::to_string(i);
  const Result<Program> items = read_program(list + "]\n", "f");
  REQUIRE(items.ok());
  CHECK(validate(*items).ok());
}
