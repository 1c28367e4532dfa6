#include <algorithm>
#include <utility>

#include "tasks/frames/digits.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/program/program.h"

namespace trm::tasks::program {
namespace {

using Kind = Expression::Kind;

/// How tightly an operation binds: sums, products, everything else.
int level(const Expression& e) {
  switch (e.kind) {
    case Kind::plus:
    case Kind::minus:
      return 0;
    case Kind::times:
    case Kind::mod:
      return 1;
    default:
      return 2;
  }
}

std::string text_of(const Expression& e);

/// In parentheses where it would bind less tightly than asked for.
std::string part_text(const Expression& e, int least) {
  return level(e) < least ? "(" + text_of(e) + ")" : text_of(e);
}

std::string text_of(const Expression& e) {
  std::string number = std::to_string(e.number);
  switch (e.kind) {
    case Kind::number:
      return number;
    case Kind::argument:
      return "n";
    case Kind::plus:
      return part_text(e.of[0], 0) + " + " + part_text(e.of[1], 1);
    case Kind::minus:
      return part_text(e.of[0], 0) + " - " + number;
    case Kind::times:
      return number + " * " + part_text(e.of[0], 2);
    case Kind::mod:
      return part_text(e.of[0], 1) + " % " + number;
    case Kind::max:
    case Kind::min:
      return (e.kind == Kind::max ? "max(" : "min(") + text_of(e.of[0]) + ", " + text_of(e.of[1]) + ")";
    case Kind::call:
      break;
  }
  return (e.number == 0 ? "f(" : "g(") + text_of(e.of[0]) + ")";
}

void append_number(std::uint32_t number, Tokens& out) {
  const Digits digits = digits_of(number);
  out.insert(out.end(), digits.begin(), digits.end());
  out.push_back(token::stop);
}

Token operation_of(Kind kind) {
  switch (kind) {
    case Kind::plus:
      return token::plus;
    case Kind::minus:
      return token::minus;
    case Kind::times:
      return token::times;
    case Kind::mod:
      return token::mod;
    case Kind::max:
      return token::max;
    default:
      return token::min;
  }
}

void append(const Expression& e, Tokens& out) {
  switch (e.kind) {
    case Kind::number:
      return append_number(e.number, out);
    case Kind::argument:
      return out.push_back(token::n);
    case Kind::call:
      out.push_back(name_of(e.number));
      break;
    case Kind::minus:
    case Kind::times:
    case Kind::mod:
      out.push_back(operation_of(e.kind));
      append_number(e.number, out);
      break;
    default:
      out.push_back(operation_of(e.kind));
  }
  for (const Expression& part : e.of) append(part, out);
}

void swap_names(Expression& e) {
  if (e.kind == Kind::call) e.number = 1 - e.number;
  for (Expression& part : e.of) swap_names(part);
}

}  // namespace

std::string text_of(const State& state) {
  return (state.function == 0 ? "f(" : "g(") + std::to_string(state.argument) + ")";
}

std::string text_of(const Program& program, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < program.functions.size(); ++i) {
    if (i > 0) out += separator;
    out += i == 0 ? "def f(n): return " : "def g(n): return ";
    for (const Branch& branch : program.functions[i].branches) {
      out += text_of(branch.value) + " if n " + (branch.equal ? "==" : "<") + " " + std::to_string(branch.number) +
             " else ";
    }
    out += text_of(program.functions[i].otherwise);
  }
  return out;
}

Token name_of(std::size_t function) {
  return function == 0 ? token::f : token::g;
}

Tokens stream_of(const Program& program) {
  Tokens out;
  for (std::size_t i = 0; i < program.functions.size(); ++i) {
    out.push_back(name_of(i));
    for (const Branch& branch : program.functions[i].branches) {
      out.push_back(token::if_);
      out.push_back(branch.equal ? token::same : token::less);
      append_number(branch.number, out);
      append(branch.value, out);
    }
    append(program.functions[i].otherwise, out);
  }
  return out;
}

std::string canonical(const Asked& asked) {
  Program program = asked.program;
  if (asked.start.function == 1) {
    std::swap(program.functions[0], program.functions[1]);
    for (FunctionText& function : program.functions) {
      for (Branch& branch : function.branches) swap_names(branch.value);
      swap_names(function.otherwise);
    }
  }
  return text_of(program);
}

}  // namespace trm::tasks::program
