// What the front end makes of a program.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tasks/python/library.h"
#include "tasks/python/program.h"

using namespace trm;
using namespace trm::tasks::python;

namespace {

Program read(const std::string& source) {
  Result<Program> program = read_program(source, "file.py");
  REQUIRE_MESSAGE(program.ok(), program.error().text());
  const Status valid = validate(*program);
  REQUIRE_MESSAGE(valid.ok(), valid.error().text());
  return *std::move(program);
}

/// The line that a function is in to_python().
std::string body_of(const Program& program, const std::string& function) {
  const std::string text = to_python(program);
  const std::size_t at = text.find("def " + function + "(");
  REQUIRE_MESSAGE(at != std::string::npos, text);
  const std::size_t from = text.find("    return ", at) + 11;
  return text.substr(from, text.find('\n', from) - from);
}

std::string body_of(const std::string& source, const std::string& function = "f") {
  return body_of(read(source), function);
}

const Function& function(const Program& program, const std::string& name) {
  const auto found = std::find_if(program.functions.begin(), program.functions.end(),
                                  [&](const Function& f) { return f.name == name; });
  REQUIRE(found != program.functions.end());
  return *found;
}

}  // namespace

TEST_CASE("python: functions become one expression") {
  CHECK(body_of("def f(n):\n  if n < 2:\n    return 1\n  return n * f(n - 1)\n") == "1 if v0 < 2 else v0 * f(v0 - 1)");
  CHECK(body_of("def f(n): if n < 2: return 1; return n * f(n - 1)") == "1 if v0 < 2 else v0 * f(v0 - 1)");
  CHECK(body_of("def f(n): if n == 0: return 0; elif n == 1: return 1; else: return f(n - 1) + f(n - 2)") ==
        "0 if v0 == 0 else 1 if v0 == 1 else f(v0 - 1) + f(v0 - 2)");
  CHECK(body_of("def g(n): return n; def f(n): return g(n)") == "g(v0)");
  CHECK(body_of("def f(a, b):\n  a, b = b, a\n  return [a, b]\n") == "[v1, v0]");
  CHECK(body_of("def f(n):\n  m = n * 2\n  return m + 1\n") == "v0 * 2 + 1");
  CHECK(body_of("def f(n):\n  m = n * 2\n  return m + m\n") == "((v1 := v0 * 2), v1 + v1)[-1]");
  CHECK(body_of("def f(n):\n  print(n)\n  return n\n") == "(print(v0), v0)[-1]");
  CHECK(body_of("def f(n): pass") == "None");
  CHECK(body_of("def f(n): return n != 1 and n <= 3 or not n") == "not v0 == 1 and not v0 > 3 or not bool(v0)");
  CHECK(body_of("def f(n): return n or 5") == "v0 if bool(v0) else 5");
  CHECK(body_of("def f(n): return f(1) or 5") == "((v1 := f(1)), v1 if bool(v1) else 5)[-1]");
  CHECK(body_of("def f(n): return 1 < f(n) < 3") == "((v1 := f(v0)), 1 < v1 and v1 < 3)[-1]");
  CHECK(body_of("def f(xs): return [xs[0], xs[1:], xs[:2], xs[2:5], xs[-1]]") ==
        "[v0[0], v0[1:], v0[:2]] + [v0[:5][2:], v0[-1]]");
  CHECK(body_of("def f(a, b=2, c=3): return f(c=a, a=b)") == "f(v1, 2, v0)");
  CHECK(body_of("def f(a, b): return f(b=f(1, 2), a=f(3, 4))") == "((v2 := f(1, 2)), f(f(3, 4), v2))[-1]");
  CHECK(body_of("def g(a, b, c, d): return a\ndef f(n): return g(f(1), n, f(2), f(3)) + g(f(1), f(2), f(3), f(4))") ==
        "g(f(1), v0, f(2), f(3)) + ((v1 := f(1)), g(v1, f(2), f(3), f(4)))[-1]");
}

TEST_CASE("python: values move to where they are used only if nobody can tell") {
  // f(n) may print, so it stays before the print.
  CHECK(body_of("def f(n):\n  m = f(n)\n  print(n)\n  return m + 1\n") == "((v1 := f(v0)), print(v0), v1 + 1)[-1]");
  // n - 1 may only raise the error that n * 2 may raise.
  CHECK(body_of("def f(n):\n  m = n - 1\n  return n * 2 + m\n") == "v0 * 2 + (v0 - 1)");
  CHECK(body_of("def f(n):\n  m = n // 2\n  return n * 2 + m\n") == "((v1 := v0 // 2), v0 * 2 + v1)[-1]");
  // A branch may not come there.
  CHECK(body_of("def f(n):\n  m = f(n)\n  return m if n else 0\n") == "((v1 := f(v0)), v1 if bool(v0) else 0)[-1]");
  CHECK(body_of("def f(n):\n  m = f(n)\n  return 1 if m else 0\n") == "1 if bool(f(v0)) else 0");
  CHECK(body_of("def f(n):\n  ok = n > 1\n  return 1 if ok else 0\n") == "1 if v0 > 1 else 0");
  // What nobody reads is still run.
  CHECK(body_of("def f(n):\n  m = f(n)\n  k = [n]\n  return 1\n") == "((v1 := f(v0)), 1)[-1]");
}

TEST_CASE("python: loops become functions of what they read") {
  const Program program = read(
      "def f(n):\n"
      "  total = 0\n"
      "  for i in range(n):\n"
      "    if i % 2 == 0:\n"
      "      continue\n"
      "    total += i\n"
      "  return total\n");
  CHECK(body_of(program, "f") == "f_loop(v0, 0, 0)");
  CHECK(body_of(program, "f_loop") ==
        "(f_loop(v0, v1, v2 + 1) if v2 % 2 == 0 else f_loop(v0, v1 + v2, v2 + 1)) if v2 < v0 else v1");
  const Function& loop = function(program, "f_loop");
  CHECK(loop.role == Role::loop);
  CHECK(loop.line == 3);
  CHECK(loop.parameters == std::vector<std::string>{"n", "total", "next_i"});
  CHECK(body_of("def f(a, b):\n  while b: a, b = b, a % b\n  return a\n", "f_loop") ==
        "f_loop(v1, v0 % v1) if bool(v1) else v0");
  // Variables of several rounds that nobody reads are no parameters; a loop without an end has no exit.
  CHECK(body_of("def f(n):\n  while True:\n    x = n\n    n = x + 1\n", "f_loop") == "f_loop(v0 + 1)");
}

TEST_CASE("python: what follows a branch is there once") {
  const Program program = read(
      "def f(n):\n"
      "  if n > 1:\n"
      "    m = n\n"
      "  else:\n"
      "    m = 1\n"
      "  k = f(m) + f(m)\n"
      "  return [k, m]\n");
  CHECK(body_of(program, "f") == "f_rest(v0) if v0 > 1 else f_rest(1)");
  CHECK(function(program, "f_rest").role == Role::rest);
  CHECK(function(program, "f_rest").line == 6);
  std::string branches = "def f(n):\n  m = 0\n";
  for (int i = 0; i < 30; ++i)
    branches += "  if n == " + std::to_string(i) + ":\n    m = f(m) + " + std::to_string(i) + "\n";
  CHECK(read(branches + "  return m\n").functions.size() == 30);
}

TEST_CASE("python: a variable is unassigned where nobody assigned it") {
  CHECK(body_of("def f(n):\n  if n:\n    x = 1\n  return x\n") ==
        "1 if bool(v0) else raise_error('UnboundLocalError')");
  CHECK(body_of("def f(n): return x\n") == "raise_error('NameError')");
  const Program program = read("def f(n):\n  for i in range(n):\n    x = f(i)\n  return x\n");
  CHECK(body_of(program, "f_loop").find("UnboundLocalError") != std::string::npos);
  CHECK(body_of(program, "f_loop_2").find("UnboundLocalError") == std::string::npos);
}

TEST_CASE("python: functions know who wrote them, where, and what is remembered") {
  const Program program = read(
      "import functools\n"
      "from typing import List\n"
      "\n"
      "@functools.lru_cache(maxsize=None)\n"
      "def f(xs: List[int], k: 'int' = 2) -> int:\n"
      "  \"\"\"Doc.\"\"\"\n"
      "  return max(k, 3) ** k\n"
      "\n"
      "def g(): return f([1])\n");
  CHECK(program.functions[0].memo);
  CHECK(program.functions[0].line == 5);
  CHECK(program.functions[0].parameters == std::vector<std::string>{"xs", "k"});
  REQUIRE(program.functions[0].defaults.size() == 1);
  CHECK(program.functions[0].defaults[0] == Value::integer("2"));
  CHECK_FALSE(program.functions[1].memo);
  CHECK(body_of(program, "g") == "f([1], 2)");
  CHECK(function(program, "max_of_two").role == Role::library);
  CHECK(function(program, "power").role == Role::library);
  CHECK(program.functions.size() == 5);  // with power_of; nothing else of the library
  CHECK(program.functions[1].body.kind == NodeKind::call);
  CHECK(program.functions[1].body.place.line == 9);
  CHECK(program.functions[1].body.place.column == 17);
  CHECK_FALSE(program.question.has_value());
}

TEST_CASE("python: a program may name its functions as Python names its own") {
  const Program program =
      read("def max_of_two(a, b): return a\ndef f(n): return max(n, 2)\ndef len(xs): return f(len(xs))\n");
  CHECK(body_of(program, "f") == "max_of_two_2(v0, 2)");
  CHECK(body_of(program, "len_") == "f(len_(v0))");
}

TEST_CASE("python: the question is a call, an expression, or what the module does") {
  Program program =
      read("N = 3\ndef f(n): return n\nprint(f(N))\nf(4)\nif __name__ == '__main__':\n  lambda: f'{1}'\n");
  REQUIRE(program.question.has_value());
  CHECK(body_of(program, "question") == "(print(f(3)), f(4))[-1]");
  REQUIRE(add_question(program, "f(N) + max([1, 2])").ok());
  CHECK(body_of(program, "question") == "f(3) + max_of_list([1, 2])");
  REQUIRE(validate(program).ok());
  const std::size_t functions = program.functions.size();
  REQUIRE(add_question(program, "max([f(1), 2])").ok());
  CHECK(program.functions.size() == functions);  // the library is there already
  CHECK(body_of(read("f(7); def f(n): return n"), "question") == "f(7)");
  CHECK_FALSE(read("x = 1\n").question.has_value());
}

TEST_CASE("python: the library is written in the language, and every function of it is lowered") {
  CHECK(library().definitions.size() > 30);
  const Program program = read(
      "def f(xs, n):\n"
      "  print(max(n, 1), max(n, 1, 2), max(xs), min(n, 1), min(n, 1, 2), min(xs))\n"
      "  print(sum(xs), any(xs), all(xs), n in xs, n in [1, n], n ** n, pow(n, 2, n))\n"
      "  print(xs[n:], xs[:n], xs[n:n], xs[::2], xs[::-1], list(xs), [n] * 2, 2 * [n])\n"
      "  print(range(n), range(n, 2), range(n, 2, n))\n"
      "  print(str(xs), ord(xs), chr(n), bin(n), oct(n), hex(n), divmod(n, 2))\n"
      "  print(xs.upper(), xs.lower(), xs.isdigit(), xs.isalpha(), xs.isalnum(), xs.isspace(), xs.isupper())\n"
      "  print(xs.islower(), xs.startswith('a'), xs.endswith('a'), xs.find('a'), xs.index(n), xs.count(n))\n"
      "  print(','.join(xs), xs.split(), xs.split(','), xs.strip(), xs.replace('a', 'b'))\n"
      "  print(n & 6, n | 6, n ^ 6, n << 2, n >> 2)\n"
      "  print(math.gcd(n, 2), math.lcm(n, 2), math.factorial(n), math.isqrt(n), math.comb(n, 2))\n"
      "  return g(xs, n)\n"
      "def g(xs, n):\n"
      "  print(sorted(xs), sorted(xs, reverse=True), sorted(xs, key=abs), max(xs, key=abs), min(xs, key=abs))\n"
      "  print(max(xs, default=n), min(xs, default=n), list(zip(xs, xs)), list(enumerate(xs)), list(zip(*xs)))\n"
      "  print(xs[n:2:-1], xs[n::-1], xs[:n:-1], isinstance(n, int), isinstance(n, list), isinstance(n, str))\n"
      "  ys = xs[:]\n"
      "  ys[n] = 2\n"
      "  ys.insert(n, 3)\n"
      "  ys.remove(n)\n"
      "  ys.pop()\n"
      "  for x in xs:\n"
      "    n += x if isinstance(x, int) else [x, 1]\n"
      "  table = {'a': 1, 'b': 2}\n"
      "  return ys, table[n], table.get(n, 0), n in table\n");
  for (const Definition& definition : library().definitions) {
    CAPTURE(definition.name);
    CHECK(function(program, definition.name).role == Role::library);
  }
}

TEST_CASE("python: broken promises are seen") {
  const Program right = read("def f(n):\n  while n > 1:\n    n = n - 1\n  return [n, f(n)]\n");
  const auto broken = [&](const char* promise, auto change) {
    Program program = right;
    change(program);
    CAPTURE(promise);
    const Status status = validate(program);
    REQUIRE_FALSE(status.ok());
    CHECK_MESSAGE(status.error().message.find(promise) != std::string::npos, status.error().message);
  };
  const auto node = [](NodeKind kind, std::size_t parts) {
    Node out;
    out.kind = kind;
    out.parts.resize(parts);
    return out;
  };
  const auto variable = [](std::size_t slot) {
    Node out;
    out.kind = NodeKind::variable;
    out.index = slot;
    return out;
  };
  broken("name of its own", [](Program& p) { p.functions[1].name = "f"; });
  broken("reads slots that there are", [&](Program& p) { p.functions[0].body = variable(1); });
  broken("gives each node its parts", [&](Program& p) { p.functions[0].body = node(NodeKind::add, 1); });
  broken("calls functions that there are", [&](Program& p) {
    p.functions[0].body = node(NodeKind::call, 1);
    p.functions[0].body.index = 2;
  });
  broken("gives each parameter an argument", [&](Program& p) { p.functions[0].body = node(NodeKind::call, 2); });
  broken("tests boolean nodes", [&](Program& p) { p.functions[0].body = node(NodeKind::if_, 3); });
  broken("tests boolean nodes", [&](Program& p) { p.functions[0].body = node(NodeKind::and_, 2); });
  broken("tests boolean nodes", [&](Program& p) { p.functions[0].body = node(NodeKind::not_, 1); });
  broken("at most 8 arguments", [&](Program& p) { p.functions[0].body = node(NodeKind::list, 9); });
  broken("at most 3 complex arguments", [&](Program& p) {
    p.functions[0].body = node(NodeKind::list, 4);
    for (Node& part : p.functions[0].body.parts) part = node(NodeKind::list, 0);
  });
  broken("at most 12 slots", [&](Program& p) {
    Node body = variable(0);
    for (int i = 0; i < 12; ++i) {
      Node let = node(NodeKind::let, 2);
      let.parts[0] = variable(0);
      let.parts[1] = std::move(body);
      body = std::move(let);
    }
    p.functions[0].body = std::move(body);
  });
  broken("gives a print its body", [&](Program& p) { p.functions[0].body = node(NodeKind::print, 0); });
  broken("names its errors", [&](Program& p) { p.functions[0].body = node(NodeKind::raise, 0); });
  broken("writes numbers as Python does", [&](Program& p) {
    p.functions[0].body = Node{};
    p.functions[0].body.value = Value::integer("007");
  });
  broken("a function without parameters", [](Program& p) { p.question = 0; });
  broken("at most 8 parameters", [](Program& p) { p.functions[0].parameters.resize(9); });
}
