#include "tasks/interpreter/judge.h"

#include <algorithm>
#include <string>
#include <utility>

#include "tasks/interpreter/function.h"

namespace trm::tasks::interpreter {
namespace {

/// Gives what a recorded frame was given. Past its end it gives nothing and ends of streams: nobody looks at them.
class Recording final : public World {
 public:
  explicit Recording(std::span<const Token> frame) : frame_(frame) {}

  Tokens call(std::span<const Token>, std::size_t at) override {
    const auto rest = frame_.subspan(std::min(at, frame_.size()));
    return {rest.begin(), std::find(rest.begin(), rest.end(), token::end)};
  }
  void open(std::span<const Token>, std::size_t) override {}
  Token take(Token, std::size_t at) override {
    if (at >= frame_.size()) return token::eos;
    return token::is_letter(frame_[at]) ? kPart : frame_[at];
  }
  bool drop(Token, std::size_t at) override { return at < frame_.size() && frame_[at] == token::item; }
  bool move(Token, std::size_t at) override { return at < frame_.size() && frame_[at] == token::item; }
  void rest(Token) override {}
  void emit(Token) override {}
  void show(Token) override {}

 private:
  std::span<const Token> frame_;
};

Error in_frame(std::string message, std::string fix) {
  return Error{ErrorCode::bad_input, "", "frame", std::move(message), std::move(fix)};
}

Error cannot_go_on(std::size_t at) {
  return in_frame("no right frame can go on from what was given at token " + std::to_string(at),
                  "judge only frames that were given what their functions return and read");
}

}  // namespace

Result<Token> next_right_token(std::span<const Token> so_far) {
  const auto prompt_end = std::find(so_far.begin(), so_far.end(), token::end);
  const std::span<const Token> prompt = so_far.first(static_cast<std::size_t>(prompt_end - so_far.begin()));
  const Result<const Function*> function = check_prompt(prompt);
  if (!function) return function.error();
  Recording world(so_far);
  Writer writer(prompt, world);
  (*function)->write(writer);
  const Frame& right = writer.written();
  const std::size_t judged = writer.failed() ? writer.stuck_at() : right.tokens.size();
  if (so_far.size() >= judged || right.own[so_far.size()] == 0) return cannot_go_on(so_far.size());
  return right.tokens[so_far.size()];
}

Result<std::optional<std::size_t>> first_wrong_token(std::span<const Token> frame) {
  const auto prompt_end = std::find(frame.begin(), frame.end(), token::end);
  const std::span<const Token> prompt = frame.first(static_cast<std::size_t>(prompt_end - frame.begin()));
  if (prompt.size() == frame.size()) return in_frame("has no END after its prompt", "give the whole frame");
  const Result<const Function*> function = check_prompt(prompt);
  if (!function) return function.error();
  Recording world(frame);
  Writer writer(prompt, world);
  (*function)->write(writer);
  const bool stuck = writer.failed();
  const Frame& right = writer.written();
  // What a stuck writer wrote before it gave up is right; the rest cannot be judged.
  const std::size_t judged = stuck ? writer.stuck_at() : right.tokens.size();
  const std::size_t common = std::min(judged, frame.size());
  for (std::size_t i = prompt.size() + 1; i < common; ++i) {
    if (frame[i] == right.tokens[i]) continue;
    if (right.own[i] == 0) return cannot_go_on(i);
    return std::optional(i);
  }
  if (stuck && frame.size() >= judged) return cannot_go_on(judged);
  if (frame.size() != right.tokens.size()) return std::optional(common);
  return std::optional<std::size_t>();
}

}  // namespace trm::tasks::interpreter
