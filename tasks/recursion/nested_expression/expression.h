// max, min, sum and median of numbers and of one another.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tasks/base/rng.h"
#include "tasks/frames/frame.h"

namespace trm::tasks::nested_expression {

inline constexpr std::uint32_t kMaxNumber = 99;   ///< that is written
inline constexpr std::uint32_t kMaxValue = 9999;  ///< of any part

struct Expression {
  Token operation = -1;  ///< token::max, min, sum or median; -1: a number
  std::uint32_t number = 0;
  std::vector<Expression> of;               ///< one or more; three of a median
  [[nodiscard]] std::size_t depth() const;  ///< operations inside one another; a number: 0
};

/// Exactly `depth` operations inside one another, each of at most `width` parts; none has a larger value than
/// max_value.
Expression random_expression(Rng& rng, std::size_t depth, std::size_t width);

/// "max(3, min(4, 15))"
std::string text_of(const Expression& expression);
/// The expression that is all of the prompt from a byte on. Error: names the prompt, the place in it and the fix; more
/// than max_size numbers and operations; a value above max_value.
Result<Expression> parse_expression(std::string_view prompt, std::size_t from);
inline constexpr std::size_t kMaxSize = 500;

/// The stream that frames read: operations, numbers with ; behind each, ) at the end of each list.
Tokens stream_of(const Expression& expression);

std::uint64_t value_of(const Expression& expression);

}  // namespace trm::tasks::nested_expression
