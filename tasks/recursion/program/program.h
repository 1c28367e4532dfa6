// A small language of recursive programs: one or two functions of one number, in Python's syntax.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tasks/frames/frame.h"

namespace trm::tasks::program {

inline constexpr std::uint32_t kMaxConstant = 99;
inline constexpr std::uint32_t kMaxValue = 9999;  ///< of arguments, results and all in between
inline constexpr std::uint32_t kMaxFactor = 9;    ///< on the left of *
inline constexpr std::size_t kMaxFunctions = 2;
inline constexpr std::size_t kMaxParts = 120;  ///< of all expressions together

struct Expression {
  enum class Kind : unsigned char { number, argument, plus, minus, times, mod, max, min, call };
  Kind kind = Kind::number;
  std::uint32_t number = 0;  ///< number; the constant of minus, times (1..9) and mod (1 or more); call: which function
  std::vector<Expression> of;  ///< two of plus, max, min; one of minus, times, mod, call
  bool operator==(const Expression&) const = default;
};

/// `value if n < number else`, `value if n == number else`
struct Branch {
  bool equal = false;
  std::uint32_t number = 0;
  Expression value;
  bool operator==(const Branch&) const = default;
};

struct FunctionText {
  std::vector<Branch> branches;
  Expression otherwise;
  bool operator==(const FunctionText&) const = default;
};

/// A call while it runs: which function, of what.
struct State {
  std::size_t function = 0;
  std::uint32_t argument = 0;
  bool operator==(const State&) const = default;
};

struct Program {
  std::vector<FunctionText> functions;  ///< f, g
  bool operator==(const Program&) const = default;
};

/// "def f(n): return 2 if n < 3 else f(n - 1) + n", functions separated by "; " or as given.
std::string text_of(const Program& program, std::string_view separator = "; ");
/// "f(7)"
std::string text_of(const State& state);

/// "f(7); def f(n): ...; def g(n): ...", from byte `from` of the prompt to its end; functions may also be separated by
/// line ends. Error: names the prompt, the place in it and the fix.
struct Asked {
  Program program;
  State start;
};
Result<Asked> parse_program(std::string_view prompt, std::size_t from);

/// The program without its first call; the function of that call is renamed to f. Near-copies share it.
std::string canonical(const Asked& asked);

/// What frames read: each function's name, then its text in prefix form, constants with ; behind them.
Tokens stream_of(const Program& program);
/// f or g.
Token name_of(std::size_t function);

}  // namespace trm::tasks::program
