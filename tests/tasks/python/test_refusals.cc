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
    {"def f(xs):\n    xs.append(1)\n", "2, 8", "the method .append", "xs = xs + [x]"},
    {"def f(xs):\n    return xs.pop()\n", "2, 15", "the method .pop", "xs[-1]"},
    {"def f(s):\n    return s.upper()\n", "2, 14", "the method .upper", "looks each character up"},
    {"def f(xs):\n    return xs.field\n", "2, 15", "the attribute .field", "lists"},
    {"def f(n):\n    return math.sqrt(n)\n", "2, 17", "math.sqrt", "function of its own"},
    {"def f(n):\n    return n / 2\n", "2, 14", "/ makes a float", "//"},
    {"def f(n):\n    n /= 2\n", "2, 7", "/ makes a float", "//"},
    {"def f(n):\n    return n & 1\n", "2, 14", "the operator &", "n % 2"},
    {"def f(n):\n    return n | 1\n", "2, 14", "the operator |", "or"},
    {"def f(n):\n    return n ^ 1\n", "2, 14", "the operator ^", "**"},
    {"def f(n):\n    return ~n\n", "2, 12", "the operator ~", "-n - 1"},
    {"def f(n):\n    return n << 2\n", "2, 14", "the operator <<", "2 ** k"},
    {"def f(n):\n    return n >> 2\n", "2, 14", "the operator >>", "n // 2 ** k"},
    {"def f(n):\n    n >>= 2\n", "2, 7", "the operator >>", "n // 2 ** k"},
    {"def f(n):\n    return 1.5 * n\n", "2, 12", "the float 1.5", "whole numbers"},
    {"def f(n):\n    return 1e3\n", "2, 12", "the float 1e3", "whole numbers"},
    {"def f(n):\n    return {1: 2}\n", "2, 12", "a dict", "[key, value]"},
    {"def f(n):\n    return {}\n", "2, 12", "a dict", "[key, value]"},
    {"def f(n):\n    return {1, 2}\n", "2, 12", "a set", "not in"},
    {"def f(n):\n    return 1, 2\n", "2, 12", "a tuple", "[a, b]"},
    {"def f(n):\n    return [(1, 2)]\n", "2, 13", "a tuple", "[a, b]"},
    {"def f(n):\n    return ()\n", "2, 12", "the empty tuple", "[]"},
    {"def f(n):\n    return (lambda x: x)(n)\n", "2, 13", "a lambda", "def"},
    {"class A:\n    pass\n", "1, 1", "a class", "functions"},
    {"def f(n):\n    try:\n        return 1\n    except: pass\n", "2, 5", "try", "test before"},
    {"def f(n):\n    with n: pass\n", "2, 5", "with", "parameters"},
    {"def f(n):\n    global x\n", "2, 5", "global", "parameter"},
    {"def f(n):\n    nonlocal x\n", "2, 5", "nonlocal", "parameter"},
    {"def f(n):\n    del n\n", "2, 5", "del", "without the item"},
    {"def f(n):\n    yield n\n", "2, 5", "a generator function", "list"},
    {"async def f(n): pass\n", "1, 1", "async", "plain def"},
    {"def f(n):\n    def g(m):\n        return m\n    return g(n)\n", "2, 5", "a def within a def", "at the left"},
    {"def f(n):\n    match n:\n        case 1: return 2\n", "2, 5", "match", "elif"},
    {"import math\n", "1, 1", "import of \"math\"", "functions of your own"},
    {"from functools import reduce\n", "1, 23", "import of \"reduce\"", "functions of your own"},
    {"@staticmethod\ndef f(n): return n\n", "1, 1", "the decorator @staticmethod", "@cache"},
    {"def f(a, b, c, d, e): return a\n", "1, 19", "more than 4 parameters", "list"},
    {"def f(*xs): return xs\n", "1, 7", "the parameter sign *", "name each"},
    {"def f(**xs): return xs\n", "1, 7", "the parameter sign **", "name each"},
    {"def f(n, m=f(1)): return n\n", "1, 12", "a default that is no constant", "constant"},
    {"def f(n):\n    return f(*n)\n", "2, 14", "unpacking with *", "each value"},
    {"def f(n):\n    print(n, end='')\n", "2, 5", "the argument end=", "leave it out"},
    {"def f(n):\n    return f'{n}'\n", "2, 12", "an f-string", "print(a, b)"},
    {"def f(n):\n    return b'x'\n", "2, 12", "a bytes literal", "without b"},
    {"def f(n):\n    return 'n: %d' % n\n", "2, 12", "the % that formats", "print(a, b)"},
    {"def f(n):\n    if (m := n): return m\n", "2, 11", "the assignment expression", "line of its own"},
    {"def f(n):\n    return n is 1\n", "2, 14", "`is` with anything but None", "=="},
    {"def f(n):\n    return n is not 1\n", "2, 14", "`is not` with anything but None", "!="},
    {"def f(xs):\n    xs[0] = 1\n", "2, 7", "the assignment to an item", "xs[:i] + [x] + xs[i + 1:]"},
    {"def f(xs):\n    xs[1:] = [1]\n", "2, 7", "the assignment to a slice", "xs[:i]"},
    {"def f(xs):\n    xs += [1]\n", "2, 5", "+= to a list that has another name", "xs = xs + [x]"},
    {"def f(xs):\n    return sorted(xs)\n", "2, 12", "sorted()", "merge sort"},
    {"def f(xs):\n    return map(f, xs)\n", "2, 12", "map()", "for x in xs"},
    {"def f(n):\n    return isinstance(n, list)\n", "2, 12", "isinstance()", "different places"},
    {"def f(n):\n    return input()\n", "2, 12", "input()", "in the call"},
    {"def f(xs):\n    return zip(xs, xs)\n", "2, 12", "zip() outside of a for", "for a, b in zip"},
    {"def f(n):\n    return divmod(n, 2)\n", "2, 12", "divmod() outside", "q, r = divmod"},
    {"def f(n):\n    g = f\n    return g(n)\n", "2, 9", "the function f as a value", "call it"},
    {"def f(g):\n    return g(1)\n", "2, 12", "a call of the variable \"g\"", "def"},
    {"def f(n):\n    return f(n)(n)\n", "2, 16", "a call of what is no name", "def"},
    {"def f(xs):\n    return xs[1, 2]\n", "2, 16", "an index of several parts", "xs[i][j]"},
    {"def f(xs, k):\n    return xs[::k]\n", "2, 14", "a slice with a step", "xs[::2]"},
    {"def f(xs):\n    return xs[3:1:-1]\n", "2, 14", "a slice with bounds and a step below 0", "[::-1]"},
    {"def f(xs):\n    return (x for x in xs)\n", "2, 12", "a generator as a value", "square brackets"},
    {"def f(xs):\n    return ...\n", "2, 12", "...", "pass"},
    {"def f(n):\n    raise n\n", "2, 11", "raise with \"n\"", "ValueError"},
    {"def f(n):\n    raise ValueError(n)\n", "2, 22", "a message that is no plain text", "text"},
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
  for (const char* call : {"", "f(", "f(1) f(2)", "lambda: 1", "sorted([1])", "x = 1", "f"}) {
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
