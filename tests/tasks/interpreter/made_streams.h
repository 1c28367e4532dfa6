// Programs as streams, made by hand.
#pragma once

#include <string>
#include <string_view>

#include "tasks/interpreter/right_run.h"

namespace trm::tasks::interpreter::test {

class MadeStreams {
 public:
  MadeStreams() : streams_(1) {}

  /// The item that stands for a new stream.
  Token part(Tokens items) {
    streams_.push_back(std::move(items));
    return -static_cast<Token>(streams_.size());
  }
  void set(Token part, Tokens items) { streams_[static_cast<std::size_t>(-part) - 1] = std::move(items); }
  Token number(std::string_view decimal) { return part(digits(decimal)); }
  Token number(long long value) { return number(std::to_string(value)); }

  static Tokens digits(std::string_view decimal) {
    Tokens out = {decimal.starts_with('-') ? token::minus : token::plus};
    if (decimal.starts_with('-')) decimal.remove_prefix(1);
    for (std::size_t i = decimal.size(); i-- > 0;) out.push_back(decimal[i] - '0');
    return out;
  }

  /// Runs an expression.
  RightRun run(Tokens expression, const RightRunOptions& options = {}) {
    streams_[0] = std::move(expression);
    const Result<RightRun> out = run_right(streams_, options);
    REQUIRE_MESSAGE(out.ok(), (out.ok() ? std::string() : out.error().text()));
    return *out;
  }
  [[nodiscard]] const Streams& streams() const { return streams_; }
  Result<RightRun> try_run(Tokens expression) {
    streams_[0] = std::move(expression);
    return run_right(streams_);
  }

 private:
  Streams streams_;
};

/// "-120": of tokens that are a number.
inline std::string decimal(const Tokens& tokens) {
  std::string out;
  for (std::size_t i = tokens.size(); i-- > 1;)
    out += token::is_digit(tokens[i]) ? static_cast<char>('0' + tokens[i]) : '?';
  return (tokens.empty() ? "?" : tokens[0] == token::minus ? "-" : tokens[0] == token::plus ? "" : "?") + out;
}

}  // namespace trm::tasks::interpreter::test
