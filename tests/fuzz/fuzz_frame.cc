// Any token sequence as the prompt of a call frame, as a model may write it: an error, or a frame that, given true
// values by its callees, returns the true value.
#include <span>
#include <vector>

#include "tasks/frame.h"
#include "tests/fuzz/check.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using trm::fuzz::check;
  using trm::tasks::Token;
  const auto tokens = static_cast<Token>(trm::tasks::vocabulary().size());
  std::vector<Token> prompt(size);
  // Tokens just outside the vocabulary, on both sides, are part of the input space.
  for (std::size_t i = 0; i < size; ++i) prompt[i] = static_cast<Token>(data[i] % (tokens + 2)) - 1;

  const auto value = trm::tasks::true_value(prompt);
  bool callees_have_values = true;
  const auto callee = [&](std::span<const Token> args) {
    auto result = trm::tasks::true_value(args);
    callees_have_values = callees_have_values && result.ok();
    return result.ok() ? *result : std::vector<Token>{0};
  };
  const auto frame = trm::tasks::write_frame(prompt, callee);
  if (!frame) {
    check(!frame.error().message.empty(), "an error says what is wrong");
    return 0;
  }
  check(frame->tokens.size() == frame->own.size(), "every token is marked");
  check(frame->prompt == size + 1, "the prompt and its END come first");
  if (!value.ok() || !callees_have_values) return 0;
  const Token ret = trm::tasks::token_of("RET");
  std::size_t at = frame->tokens.size();
  while (at > 0 && frame->tokens[at - 1] != ret) --at;
  check(at > 0, "a frame returns");
  const std::vector<Token> result(frame->tokens.begin() + static_cast<std::ptrdiff_t>(at), frame->tokens.end() - 1);
  check(result == *value, "a frame returns the true value");
  return 0;
}
