// Token numbers that the task families share. The order is part of every trained model: it never changes.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "tasks/frames/frame.h"

namespace trm::tasks::token {

// The words of an alphabet keep their spelling.
// NOLINTBEGIN(readability-identifier-naming)

// clang-format off
inline constexpr auto names = std::to_array<std::string_view>(
    {"0",     "1",    "2",    "3",      "4",     "5",    "6",     "7",     "8",    "9",   "FACT", "FIB",   "MUL",
     ",",     "CALL", "END",  "RET",    "SPAWN", "READ", "EMIT",  "FRESH", "$",    "X",   "Y",    "Z",     "O",
     "A",     "B",    "C",    "D",      "E",     ";",    ".",     ")",     "a",    "b",   "c",    "d",     "e",
     "f",     "g",    "h",    "ADD",    "SHIFT", "PLUS", "MINUS", "POW",   "LIST", "GCD", "PRE",  "IN",    "POST",
     "LEVEL", "AT",   "SKIP", "HEIGHT", "TOTAL", "EXPR", "REST",  "MAX",   "MIN",  "SUM", "MED",  "HANOI", "ACK",
     "M91",   "TAK",  "EVEN", "ODD",    "YES",   "NO",   "ADDC",  "MULC",  "COPY", "LESS",
     // programs
     "RUN", "EVAL", "TRACE", "WALK", "OVER", "ORDER", "CALLS", "ENDS", "LENGTH", "TIMES", "MOD", "IF", "n",
     // multi_step_qa
     "MOTHER", "MOTHEROF", "FATHER", "FATHEROF", "INSIDE", "HOLDS", "PARTOF", "INCLUDES", "OLDER", "YOUNGER", "TALLER",
     "SHORTER", "HEAVIER", "LIGHTER", "PARENTOF", "FIND", "SAME", "WHO", "ROOM", "LINK",
     // induction
     "PROOF", "CHECK", "VALUE", "NUM", "RAISE", "SCALE", "SUB", "SUBC", "EQUAL", "BELOW", "REM", "LINE", "=", "ABOVE",
     "DIVIDES", "m"});
// clang-format on

/// Number of a name; does not compile for one that is not there.
consteval Token named(std::string_view name) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) throw "no such token";
  return static_cast<Token>(at - names.begin());
}

// What the recursion machine acts on.
inline constexpr Token call = named("CALL"), spawn = named("SPAWN"), end = named("END"), ret = named("RET");
inline constexpr Token read = named("READ"), emit = named("EMIT"), fresh = named("FRESH"), eos = named("$");
inline constexpr Token x = named("X"), y = named("Y"), z = named("Z"), out = named("O");
inline constexpr Token first_result = named("A"), last_result = named("E");

// Data.
inline constexpr Token comma = named(","), stop = named(";"), empty = named("."), close = named(")");
inline constexpr Token first_peg = named("a"), last_peg = named("h");
inline constexpr Token max = named("MAX"), min = named("MIN"), sum = named("SUM"), median = named("MED");
inline constexpr Token yes = named("YES"), no = named("NO");
// Forms of sentences, each beside its converse: "a is the mother of b" is MOTHER, "the mother of b is a" MOTHEROF.
// PARENTOF is not the form of a sentence: a frame looks for a mother or father.
inline constexpr Token first_form = named("MOTHER"), last_form = named("LIGHTER"), inside = named("INSIDE");
inline constexpr Token mother_of = named("MOTHEROF"), father_of = named("FATHEROF"), parent_of = named("PARENTOF");

// Functions.
inline constexpr Token fact = named("FACT"), fib = named("FIB"), mul = named("MUL"), add = named("ADD");
inline constexpr Token add_on = named("ADDC"), mul_on = named("MULC"), copy = named("COPY");
inline constexpr Token less = named("LESS");
inline constexpr Token shift = named("SHIFT"), plus = named("PLUS"), minus = named("MINUS"), pow = named("POW");
inline constexpr Token list = named("LIST"), gcd = named("GCD"), hanoi = named("HANOI"), ack = named("ACK");
inline constexpr Token pre = named("PRE"), in = named("IN"), post = named("POST"), level = named("LEVEL");
inline constexpr Token at = named("AT"), skip = named("SKIP"), height = named("HEIGHT"), total = named("TOTAL");
inline constexpr Token expr = named("EXPR"), rest = named("REST"), m91 = named("M91"), tak = named("TAK");
inline constexpr Token even = named("EVEN"), odd = named("ODD");
inline constexpr Token run = named("RUN"), eval = named("EVAL"), trace = named("TRACE"), walk = named("WALK");
inline constexpr Token over = named("OVER"), order = named("ORDER"), calls = named("CALLS"), ends = named("ENDS");
inline constexpr Token length = named("LENGTH"), times = named("TIMES"), mod = named("MOD");
inline constexpr Token find = named("FIND"), same = named("SAME"), who = named("WHO"), room = named("ROOM");
inline constexpr Token link = named("LINK");
inline constexpr Token proof = named("PROOF"), check = named("CHECK"), value = named("VALUE"), num = named("NUM");
inline constexpr Token raise = named("RAISE"), scale = named("SCALE"), sub = named("SUB"), sub_on = named("SUBC");
inline constexpr Token equal = named("EQUAL"), below = named("BELOW"), rem = named("REM");

// Programs, beside letters, PLUS, MINUS, TIMES, MOD, MAX, MIN, LESS and SAME.
inline constexpr Token f = named("f"), g = named("g"), n = named("n"), if_ = named("IF");
// Proofs, beside n, PLUS, MINUS, TIMES, POW, AT, SAME and LESS.
inline constexpr Token line = named("LINE"), equals = named("="), above = named("ABOVE"), divides = named("DIVIDES");
inline constexpr Token m = named("m");

constexpr bool is_digit(Token token) {
  return token >= 0 && token <= 9;
}
constexpr bool is_form(Token token) {
  return token >= first_form && token <= last_form;
}
/// The form that says the same with its names the other way round.
constexpr Token turned(Token form) {
  return first_form + ((form - first_form) ^ 1);
}
constexpr bool is_argument(Token token) {
  return token >= x && token <= z;
}
constexpr bool is_result(Token token) {
  return token >= first_result && token <= last_result;
}
/// May it be emitted, read, or stand in a value?
constexpr bool is_data(Token token) {
  return (token >= 0 && token <= comma) || token >= stop;
}

// NOLINTEND(readability-identifier-naming)

}  // namespace trm::tasks::token
