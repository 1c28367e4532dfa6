// The tokens of frames that run programs. Their order is part of every trained model: it never changes.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trm::tasks::interpreter {

using Token = std::int32_t;
using Tokens = std::vector<Token>;

namespace token {

// The words of an alphabet keep their spelling.
// NOLINTBEGIN(readability-identifier-naming)

// clang-format off
inline constexpr auto names = std::to_array<std::string_view>({
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9",
    // what the machine acts on
    "CALL", "SPAWN", "AWAIT", "TAIL", "END", "RET", "RAISE", "READ", "TAKE", "DROP", "MOVE", "REST", "EMIT", "SHOW",
    "FRESH", "WITH", "PUSH", "$",
    // streams
    "X", "Y", "Z", "O", "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L",
    "V0", "V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8", "V9", "V10", "V11",
    // data
    ".", ";", "+", "-", "YES", "NO", "NONE", "[", "\"", "'",
    // nodes of programs that are no functions
    "IF", "LET", "APPLY", "LIST", "PRINT", "AND", "OR", "NOT", "FAIL", "ABOVE",
    // functions
    "EVAL", "ITEMS", "TRUTH", "SAME", "AGREE", "LESS", "BELOW", "ORDER", "ADD", "ADDC", "SUB", "SUBC", "FAR",
    "DIGITS", "STRIP", "REV", "NEG", "ABS", "INT", "MUL", "SCALE", "TIMES", "MAC", "REPEAT", "TILE", "DIV", "MOD", "QUO",
    "RES", "LONG", "FIT", "CONS", "INDEX", "WALK", "PASS", "AFTER", "UPTO", "LEN", "COUNT", "FIRST", "LATER",
    "STR", "SPELL", "PARSE",
    // errors of programs
    "ArithmeticError", "AssertionError", "Exception", "IndexError", "KeyError", "LookupError", "NameError",
    "NotImplementedError", "OverflowError", "RecursionError", "RuntimeError", "StopIteration", "TypeError",
    "UnboundLocalError", "ValueError", "ZeroDivisionError",
    // what Python would answer, and this language has no value for
    "OutOfLanguage"});
// clang-format on

/// Number of a name; does not compile for one that is not there.
consteval Token named(std::string_view name) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) throw "no such token";
  return static_cast<Token>(at - names.begin());
}

inline constexpr Token call = named("CALL"), spawn = named("SPAWN"), await = named("AWAIT"), tail = named("TAIL");
inline constexpr Token end = named("END"), ret = named("RET"), raise = named("RAISE"), read = named("READ");
inline constexpr Token take = named("TAKE"), drop = named("DROP"), move = named("MOVE"), rest = named("REST");
inline constexpr Token emit = named("EMIT"), show = named("SHOW"), fresh = named("FRESH"), with = named("WITH");
inline constexpr Token push = named("PUSH"), eos = named("$");
inline constexpr Token x = named("X"), y = named("Y"), z = named("Z"), out = named("O");
inline constexpr Token first_letter = named("A"), last_letter = named("L");
inline constexpr Token first_variable = named("V0"), last_variable = named("V11");

inline constexpr Token item = named("."), stop = named(";"), plus = named("+"), minus = named("-");
inline constexpr Token yes = named("YES"), no = named("NO"), none = named("NONE"), list = named("["),
                       text = named("\"");
inline constexpr Token quote = named("'");

inline constexpr Token if_ = named("IF"), let = named("LET"), apply = named("APPLY"), items_of = named("LIST");
inline constexpr Token print = named("PRINT"), and_ = named("AND"), or_ = named("OR"), not_ = named("NOT");
inline constexpr Token fail = named("FAIL"), above = named("ABOVE");

inline constexpr Token eval = named("EVAL"), items = named("ITEMS"), truth = named("TRUTH"), same = named("SAME");
inline constexpr Token agree = named("AGREE"), less = named("LESS"), below = named("BELOW"), order = named("ORDER");
inline constexpr Token add = named("ADD"), add_on = named("ADDC"), sub = named("SUB"), sub_on = named("SUBC");
inline constexpr Token far = named("FAR"), digits = named("DIGITS"), strip = named("STRIP");
inline constexpr Token rev = named("REV"), neg = named("NEG"), abs = named("ABS"), to_int = named("INT");
inline constexpr Token mul = named("MUL"), scale = named("SCALE"), times = named("TIMES"), mac = named("MAC");
inline constexpr Token repeat = named("REPEAT"), tile = named("TILE"), div = named("DIV"), mod = named("MOD");
inline constexpr Token quo = named("QUO"), res = named("RES"), long_ = named("LONG"), fit = named("FIT");
inline constexpr Token cons = named("CONS"), index = named("INDEX"), walk = named("WALK"), pass = named("PASS");
inline constexpr Token after = named("AFTER"), up_to = named("UPTO"), len = named("LEN"), count = named("COUNT");
inline constexpr Token first = named("FIRST"), later = named("LATER"), to_text = named("STR"), spell = named("SPELL");
inline constexpr Token parse = named("PARSE");

inline constexpr Token first_error = named("ArithmeticError"), last_error = named("OutOfLanguage");
inline constexpr Token zero_division = named("ZeroDivisionError"), index_error = named("IndexError");
inline constexpr Token type_error = named("TypeError"), out_of_language = named("OutOfLanguage");
inline constexpr Token value_error = named("ValueError");

constexpr bool is_digit(Token token) {
  return token >= 0 && token <= 9;
}
constexpr bool is_sign(Token token) {
  return token == plus || token == minus;
}
constexpr bool is_truth(Token token) {
  return token == yes || token == no;
}
constexpr bool is_sequence(Token token) {
  return token == list || token == text;
}
constexpr bool is_argument(Token token) {
  return token >= x && token <= z;
}
constexpr bool is_letter(Token token) {
  return token >= first_letter && token <= last_letter;
}
constexpr bool is_variable(Token token) {
  return token >= first_variable && token <= last_variable;
}
/// Does it name a stream?
constexpr bool is_name(Token token) {
  return is_argument(token) || is_letter(token) || is_variable(token);
}
constexpr bool is_error(Token token) {
  return token >= first_error && token <= last_error;
}
/// May it be emitted, read, or stand in a value?
constexpr bool is_data(Token token) {
  return is_digit(token) || token >= item;
}

// NOLINTEND(readability-identifier-naming)

}  // namespace token

inline constexpr std::size_t kLetters = token::last_letter - token::first_letter + 1;
inline constexpr std::size_t kVariables = token::last_variable - token::first_variable + 1;

/// All tokens; index = token. Digits are 0..9.
std::span<const std::string_view> vocabulary();
/// -1: no such token.
Token token_of(std::string_view name);
/// Tokens as text separated by spaces, for people.
std::string to_text(std::span<const Token> tokens);

}  // namespace trm::tasks::interpreter
