#include "tasks/frames/function.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "tasks/frames/draw.h"
#include "tasks/frames/vocabulary.h"

namespace trm::tasks {

Tokens nothing(Rng& /*rng*/, std::span<const Token> /*args*/) {
  return {};
}

Tokens yes_or_no(Rng& rng, std::span<const Token> /*args*/) {
  return {rng.below(2) == 0 ? token::yes : token::no};
}

Tokens short_number(Rng& rng, std::span<const Token> /*args*/) {
  return random_value(rng, random_length(rng, 4));
}

std::string function_name(const Function& function) {
  std::string name(token::names[static_cast<std::size_t>(function.head)]);
  for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return name;
}

namespace {

std::uint32_t number_of(std::span<const Token> digits) {
  return digits.size() <= std::numeric_limits<std::uint32_t>::digits10 ? counter_of(digits)
                                                                       : std::numeric_limits<std::uint32_t>::max();
}

std::optional<Untrained> outside(const Function& function, const Range& range, std::span<const Token> digits) {
  const std::uint32_t value = number_of(digits);
  return range.holds(value) ? std::nullopt : std::optional(Untrained{&function, range, value});
}

/// Numbers of a stream, token by token.
class NumberReader {
 public:
  explicit NumberReader(const Function& function) : function_(function) {}
  std::optional<Untrained> read(Token token) {
    if (token::is_digit(token)) {
      digits_.push_back(token);
      return std::nullopt;
    }
    const Digits digits = std::exchange(digits_, {});
    if (digits.empty() || function_.numbers.most == 0) return std::nullopt;
    return outside(function_, function_.numbers, digits);
  }

 private:
  const Function& function_;
  Digits digits_;
};

}  // namespace

std::optional<Untrained> untrained_argument(const FramePrompt& prompt) {
  const Function& function = *prompt.function;
  std::size_t number = 0;
  for (std::size_t i = 0; i < function.arguments.size(); ++i) {
    if (function.arguments[i] != Argument::counter && function.arguments[i] != Argument::digit) continue;
    if (const auto found = outside(function, function.ranges[number++], prompt.arguments[i])) return found;
  }
  return std::nullopt;
}

Result<std::optional<Untrained>> untrained_number(const Frame& frame) {
  const std::span<const Token> tokens = frame.tokens;
  const Result<FramePrompt> prompt = read_frame_prompt(tokens.first(frame.prompt - 1));
  if (!prompt) return prompt.error();
  if (const auto found = untrained_argument(*prompt)) return std::optional(*found);
  NumberReader numbers(*prompt->function);
  for (std::size_t i = frame.prompt; i < tokens.size(); ++i) {
    if (frame.own[i] == 0) continue;
    if (tokens[i] == token::read && prompt->streams == 1) {
      if (const auto found = numbers.read(tokens[i + 1])) return std::optional(*found);
    }
    if (tokens[i] != token::call) continue;
    const Function& callee = *find_function(tokens[i + 1]);
    while (tokens[i] != token::end) ++i;
    const std::size_t begin = ++i;
    while (tokens[i] != token::end) ++i;
    const std::span<const Token> value = tokens.subspan(begin, i - begin);
    if (!is_number(value)) continue;
    if (const auto found = outside(callee, callee.values, value)) return std::optional(*found);
  }
  return std::optional<Untrained>();
}

}  // namespace trm::tasks
