#include "engine/machine/text_writer.h"

#include <algorithm>
#include <string>
#include <utility>

#include "engine/base/clock.h"
#include "engine/machine/control_tokens.h"

namespace trm {
namespace {

Status check(const TextOptions& options) {
  const auto wrong = [](const char* field) {
    return Error{ErrorCode::bad_input, "", field, "must be positive", "1 is the smallest value"};
  };
  if (options.max_tokens == 0) return wrong("max_tokens");
  if (options.concurrency == 0) return wrong("concurrency");
  if (options.max_elapsed_ns < 0) {
    return Error{ErrorCode::bad_input, "", "max_elapsed_ns", "is negative", "0 stands for no limit"};
  }
  return {};
}

Status check(std::span<const std::int32_t> prompt, std::size_t index, std::size_t vocab_size) {
  const std::string field = "prompt " + std::to_string(index);
  if (prompt.empty()) return Error{ErrorCode::bad_input, "", field, "is empty", "give at least one token"};
  return check_tokens(prompt, vocab_size, field);
}

}  // namespace

Result<TextWriter> TextWriter::create(const StepperFactory& factory, std::size_t vocab_size,
                                      const TextOptions& options) {
  if (Status s = check(options); !s.ok()) return s.error();
  Result<std::unique_ptr<Stepper>> stepper =
      factory({.max_streams = options.concurrency, .max_states = options.concurrency});
  if (!stepper.ok()) return stepper.error();
  return create(*std::move(stepper), vocab_size, options);
}

Result<TextWriter> TextWriter::create(std::unique_ptr<Stepper> stepper, std::size_t vocab_size,
                                      const TextOptions& options) {
  if (Status s = check(options); !s.ok()) return s.error();
  TextWriter out;
  out.limit_ = std::min(options.max_tokens, stepper->max_stream_tokens());
  out.stepper_ = std::move(stepper);
  out.vocab_size_ = vocab_size;
  out.concurrency_ = options.concurrency;
  out.max_elapsed_ns_ = options.max_elapsed_ns;
  out.stop_ = options.stop;
  out.logits_.resize(options.concurrency * vocab_size);
  out.open_.reserve(options.concurrency);
  out.feeds_.reserve(options.concurrency);
  return out;
}

Status TextWriter::run(std::span<const std::vector<std::int32_t>> prompts, std::span<Answer> answers,
                       const TextRule& rule, const TextEnded& ended) {
  if (answers.size() != prompts.size()) {
    return Error{ErrorCode::bad_input, "", "answers", "must have as many entries as there are prompts", ""};
  }
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    if (Status s = check(prompts[i], i, vocab_size_); !s.ok()) return s;
    answers[i] = Answer{};
  }
  std::size_t next = 0;
  Status status;
  while (status.ok() && !(stop_ != nullptr && stop_->load(std::memory_order_relaxed))) {
    status = start(prompts, answers, next, ended);
    if (!status.ok() || open_.empty()) break;
    status = step(prompts, answers, rule, ended);
  }
  release_all();
  return status;
}

/// Opens texts while there is room.
Status TextWriter::start(std::span<const std::vector<std::int32_t>> prompts, std::span<Answer> answers,
                         std::size_t& next, const TextEnded& ended) {
  for (; next < prompts.size() && open_.size() < concurrency_; ++next) {
    if (prompts[next].size() >= limit_) {
      answers[next].verdict = Verdict::frame_too_long;
      if (ended) ended(next);
      continue;
    }
    const Result<StateId> state = stepper_->acquire();
    if (!state.ok()) return state.error();
    answers[next].fed_tokens = prompts[next].size();
    answers[next].peak_states = 1;
    answers[next].value.reserve(std::min<std::size_t>(limit_ - prompts[next].size(), 4096));
    open_.push_back({next, *state, prompts[next], now_ns()});
  }
  return {};
}

/// One token more for every open text; those that end are closed.
Status TextWriter::step(std::span<const std::vector<std::int32_t>> prompts, std::span<Answer> answers,
                        const TextRule& rule, const TextEnded& ended) {
  feeds_.clear();
  for (const Open& text : open_) {
    feeds_.push_back({text.state, text.unfed, logits_.data() + feeds_.size() * vocab_size_});
  }
  if (Status s = stepper_->forward(feeds_); !s.ok()) return s;
  const std::int64_t now = now_ns();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < open_.size(); ++i) {
    Open text = open_[i];
    Answer& answer = answers[text.index];
    answer.value.push_back(argmax(std::span<const float>(logits_).subspan(i * vocab_size_, vocab_size_)));
    if (++answer.own_tokens == 1) answer.first_token_ns = now - text.start_ns;
    text.unfed = std::span<const std::int32_t>(answer.value).last(1);
    const TextState state = rule(text.index, answer.value.back());
    const bool full = prompts[text.index].size() + answer.own_tokens >= limit_;
    const bool late = max_elapsed_ns_ > 0 && now - text.start_ns >= max_elapsed_ns_;
    if (state == TextState::open && !full && !late) {
      open_[kept++] = text;
      continue;
    }
    answer.verdict = state == TextState::complete    ? Verdict::answered
                     : state == TextState::malformed ? Verdict::malformed
                     : full                          ? Verdict::frame_too_long
                                                     : Verdict::out_of_time;
    answer.elapsed_ns = now - text.start_ns;
    stepper_->release(text.state);
    if (ended) ended(text.index);
  }
  open_.resize(kept);
  return {};
}

void TextWriter::release_all() {
  for (const Open& text : open_) stepper_->release(text.state);
  open_.clear();
}

}  // namespace trm
