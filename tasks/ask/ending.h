// Does a chain of calls show any sign that it will end? This is no proof: it says what was seen, and what no test of
// the program looks at any more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tasks/python/program.h"

namespace trm::tasks {

__extension__ typedef __int128 Wide;
/// Stands for all numbers that are larger.
inline constexpr Wide kHuge = static_cast<Wide>(10'000'000'000'000'000) * 100'000'000'000'000'000;

/// What of an argument can be compared: a number itself, the length of a list or a text. Nothing: a truth value, None.
using Measure = std::optional<Wide>;

/// Calls of one function of which each waits for the next one, or gave it its place.
struct CallChain {
  std::size_t calls = 0;
  std::vector<Measure> last;       ///< arguments of the last call
  std::vector<std::string> texts;  ///< a key of each, which begins with # for a number
  std::vector<std::size_t> same;   ///< calls since it changed
  std::vector<int> way;            ///< -1, 1: fell or rose, in each call by no less than in the call before
  std::vector<std::size_t> run;    ///< calls since it went another way
  std::vector<std::int64_t> by;    ///< how much it changed in each of these; 0: by different amounts
  std::vector<Wide> step;          ///< how much it changed last
};

class Ending {
 public:
  /// program must outlive it.
  explicit Ending(const python::Program& program);

  /// The chain that `before` becomes by one more call of the function. before null: the call begins a chain.
  CallChain next(std::size_t function, const CallChain* before, std::vector<Measure> values,
                 std::vector<std::string> texts);
  /// In words, if the chain that the function is in shows no sign of an end: "f(n) is called with n + 1 each time, and
  /// no test of n lies ahead".
  [[nodiscard]] std::optional<std::string> no_sign(std::size_t function) const;

 private:
  /// A test that the arguments of a function decide, as far as it can be understood.
  struct Test {
    std::vector<std::size_t> reads;  ///< parameters
    std::optional<std::size_t> moving;
    Wide offset = 0;  ///< of the parameter, on its side
    std::optional<std::size_t> other;
    std::optional<Wide> constant;
    std::int64_t modulus = 0;  ///< it looks at the parameter modulo this alone
  };
  struct Tests {
    std::vector<Test> all;
  };
  class Reader;

  [[nodiscard]] bool quiet(std::size_t function) const;

  const python::Program& program_;
  std::vector<Tests> tests_;
  std::vector<std::vector<std::size_t>> together_;  ///< functions that call each other, for each function
  std::map<std::size_t, CallChain> latest_;
};

}  // namespace trm::tasks
