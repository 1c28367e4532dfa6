#include "engine/infer/machine.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "engine/infer/memo_table.h"

namespace trm {
namespace {

using Tokens = std::span<const std::int32_t>;

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

class DecoderStepper final : public Stepper {
 public:
  DecoderStepper(Decoder decoder, std::size_t max_stream_tokens)
      : decoder_(std::move(decoder)), max_stream_tokens_(max_stream_tokens) {}

  Result<StateId> acquire() override { return decoder_.acquire(); }
  void release(StateId state) override { decoder_.release(state); }
  Status forward(std::span<const Decoder::Feed> feeds) override { return decoder_.forward(feeds); }
  [[nodiscard]] std::size_t state_bytes() const override { return decoder_.state_bytes(); }
  [[nodiscard]] std::size_t arena_bytes() const override { return decoder_.arena_bytes(); }
  [[nodiscard]] std::size_t max_stream_tokens() const override { return max_stream_tokens_; }

 private:
  Decoder decoder_;
  std::size_t max_stream_tokens_;
};

Status check(const MachineOptions& options) {
  const auto positive = [](std::size_t value, const char* field) -> Status {
    if (value > 0) return {};
    return Error{ErrorCode::bad_input, "", field, "must be positive", "1 is the smallest value"};
  };
  if (Status s = positive(options.recursion_limit, "recursion_limit"); !s.ok()) return s;
  if (Status s = positive(options.max_frame_tokens, "max_frame_tokens"); !s.ok()) return s;
  if (Status s = positive(options.max_frames, "max_frames"); !s.ok()) return s;
  if (Status s = positive(options.concurrency, "concurrency"); !s.ok()) return s;
  // StateId has 32 bits.
  if (options.recursion_limit > std::numeric_limits<StateId>::max() / options.concurrency) {
    return Error{ErrorCode::bad_input, "", "recursion_limit", "recursion_limit * concurrency is too large",
                 "lower one of them"};
  }
  return {};
}

/// A frame on the stack. Objects are reused, so their buffers stop growing.
struct Frame {
  enum class Writing : std::uint8_t { nothing, call, ret };

  StateId state = 0;
  std::vector<std::int32_t> tokens;
  std::vector<std::uint8_t> own;
  std::size_t prompt = 0;    // END included
  std::size_t fed = 0;       // tokens that the state has seen
  std::size_t argument = 0;  // first token after CALL or RET
  std::uint64_t hash = 0;    // of the prompt without END
  std::int64_t opened_ns = 0;
  Writing writing = Writing::nothing;

  void append(std::int32_t token, bool by_model) {
    tokens.push_back(token);
    own.push_back(by_model ? 1 : 0);
  }
  /// What CALL or RET was given, the closing END excluded.
  [[nodiscard]] Tokens written() const { return Tokens(tokens).subspan(argument, tokens.size() - 1 - argument); }
  [[nodiscard]] Tokens prompt_tokens() const { return Tokens(tokens).first(prompt - 1); }
};

/// A question in flight.
struct Question {
  bool active = false;
  std::size_t index = 0;
  std::int64_t started_ns = 0;
  std::vector<Frame> frames;  // the first `depth` are on the stack
  std::size_t depth = 0;
  MemoTable memo;

  Frame& top() { return frames[depth - 1]; }
};

}  // namespace

std::string_view verdict_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::answered:
      return "answered";
    case Verdict::recursion_limit:
      return "recursion limit reached";
    case Verdict::frame_too_long:
      return "frame too long";
    case Verdict::too_many_frames:
      return "too many frames";
    case Verdict::malformed:
      return "malformed output";
    case Verdict::endless_loop:
      return "endless loop";
  }
  return "unknown";
}

Result<ControlTokens> ControlTokens::from(std::span<const std::string> vocabulary) {
  ControlTokens out;
  const std::pair<const char*, std::int32_t*> wanted[] = {{"CALL", &out.call}, {"END", &out.end}, {"RET", &out.ret}};
  for (const auto& [name, token] : wanted) {
    const auto at = std::find(vocabulary.begin(), vocabulary.end(), name);
    if (at == vocabulary.end()) {
      return Error{ErrorCode::bad_input, "", "vocabulary", std::string("has no token ") + name,
                   "use a model that was trained on call frames"};
    }
    *token = static_cast<std::int32_t>(at - vocabulary.begin());
  }
  return out;
}

struct Machine::Impl {
  std::unique_ptr<Stepper> stepper;
  MachineOptions options;
  ControlTokens control;
  std::size_t vocab_size = 0;
  std::size_t frame_limit = 0;

  std::vector<Question> questions;
  std::vector<float> logits;  // (concurrency, vocab_size)
  std::vector<Decoder::Feed> feeds;
  std::vector<std::size_t> feeding;  // question of each feed
  std::size_t states = 0, peak = 0;

  std::span<Answer> answers;
  const MachineObserver* observer = nullptr;
  std::int64_t now = 0;

  void report_closed(Question& q, bool complete) {
    if (!observer->closed) return;
    const Frame& frame = q.top();
    FrameRecord record;
    record.question = q.index;
    record.depth = q.depth - 1;
    record.tokens = frame.tokens;
    record.own = frame.own;
    record.prompt = frame.prompt;
    record.complete = complete;
    record.elapsed_ns = now - frame.opened_ns;
    observer->closed(record);
  }

  void pop(Question& q) {
    stepper->release(q.top().state);
    --states;
    --q.depth;
  }

  void finish(Question& q, Verdict verdict) {
    while (q.depth > 0) {
      report_closed(q, false);
      pop(q);
    }
    Answer& answer = answers[q.index];
    answer.verdict = verdict;
    answer.elapsed_ns = now - q.started_ns;
    q.active = false;
  }

  /// Pushes a frame for `prompt`, or ends the question if that is not allowed. `prompt` may lie in the frame below:
  /// its buffer stays where it is when the stack grows.
  Status open(Question& q, Tokens prompt, std::uint64_t hash) {
    Answer& answer = answers[q.index];
    if (q.depth >= options.recursion_limit) {
      finish(q, Verdict::recursion_limit);
      return {};
    }
    if (answer.frames >= options.max_frames) {
      finish(q, Verdict::too_many_frames);
      return {};
    }
    Result<StateId> state = stepper->acquire();
    if (!state.ok()) return state.error();
    peak = std::max(peak, ++states);
    if (q.depth == q.frames.size()) {
      q.frames.emplace_back();
      const std::size_t usual = std::min<std::size_t>(frame_limit, 256);
      q.frames.back().tokens.reserve(usual);
      q.frames.back().own.reserve(usual);
    }
    Frame& frame = q.frames[q.depth++];
    frame.state = *state;
    frame.tokens.assign(prompt.begin(), prompt.end());
    frame.tokens.push_back(control.end);
    frame.own.assign(frame.tokens.size(), 0);
    frame.prompt = frame.tokens.size();
    frame.fed = 0;
    frame.hash = hash;
    frame.opened_ns = now;
    frame.writing = Frame::Writing::nothing;
    ++answer.frames;
    answer.fed_tokens += frame.prompt;
    answer.max_depth = std::max(answer.max_depth, q.depth);
    if (observer->opened) observer->opened(q.index, q.depth - 1, frame.prompt_tokens());
    if (frame.tokens.size() >= frame_limit) finish(q, Verdict::frame_too_long);
    return {};
  }

  /// Appends `value END` to the frame that waits for it.
  void receive(Question& q, Tokens value) {
    Frame& frame = q.top();
    for (const std::int32_t token : value) frame.append(token, false);
    frame.append(control.end, false);
    answers[q.index].fed_tokens += value.size() + 1;
    if (frame.tokens.size() >= frame_limit) finish(q, Verdict::frame_too_long);
  }

  Status call(Question& q) {
    const Tokens prompt = q.top().written();
    const std::uint64_t hash = hash_tokens(prompt);
    if (options.memo) {
      if (const std::optional<Tokens> value = q.memo.find(hash, prompt)) {
        ++answers[q.index].memo_hits;
        if (observer->memo_hit) observer->memo_hit(q.index, q.depth, prompt, *value);
        receive(q, *value);
        return {};
      }
    }
    for (std::size_t i = 0; i < q.depth; ++i) {
      const Frame& open_frame = q.frames[i];
      const Tokens other = open_frame.prompt_tokens();
      if (open_frame.hash == hash && std::equal(prompt.begin(), prompt.end(), other.begin(), other.end())) {
        finish(q, Verdict::endless_loop);
        return {};
      }
    }
    return open(q, prompt, hash);
  }

  void give_back(Question& q) {
    Frame& frame = q.top();
    const Tokens value = frame.written();
    if (options.memo) q.memo.insert(frame.hash, frame.prompt_tokens(), value);
    report_closed(q, true);
    if (q.depth == 1) answers[q.index].value.assign(value.begin(), value.end());
    pop(q);
    if (q.depth == 0) {
      finish(q, Verdict::answered);
    } else {
      receive(q, value);  // the popped frame keeps its buffers
    }
  }

  /// Takes the model's next token of the top frame.
  Status act(Question& q, std::int32_t token) {
    Answer& answer = answers[q.index];
    if (++answer.own_tokens == 1) answer.first_token_ns = now - q.started_ns;
    Frame& frame = q.top();
    const Frame::Writing was = frame.writing;
    frame.append(token, true);
    const bool opens = token == control.call || token == control.ret;
    const bool nothing_yet = frame.argument + 1 == frame.tokens.size();
    const bool well_formed = was == Frame::Writing::nothing ? opens : !opens && !(token == control.end && nothing_yet);
    if (!well_formed) {
      finish(q, Verdict::malformed);
      return {};
    }
    if (was == Frame::Writing::ret && token == control.end) {
      give_back(q);
      return {};
    }
    if (frame.tokens.size() >= frame_limit) {
      finish(q, Verdict::frame_too_long);
      return {};
    }
    if (opens) {
      frame.writing = token == control.call ? Frame::Writing::call : Frame::Writing::ret;
      frame.argument = frame.tokens.size();
      return {};
    }
    if (token == control.end) {
      frame.writing = Frame::Writing::nothing;
      return call(q);
    }
    return {};
  }

  Status start(Question& q, std::size_t index, Tokens prompt) {
    q.active = true;
    q.index = index;
    q.started_ns = now;
    q.depth = 0;
    q.memo.clear();
    return open(q, prompt, hash_tokens(prompt));
  }

  /// One round: every question in flight feeds what its top frame waits for and takes one token.
  Status step() {
    feeds.clear();
    feeding.clear();
    for (std::size_t i = 0; i < questions.size(); ++i) {
      Question& q = questions[i];
      if (!q.active) continue;
      Frame& frame = q.top();
      feeds.push_back(
          {frame.state, Tokens(frame.tokens).subspan(frame.fed), logits.data() + feeds.size() * vocab_size});
      feeding.push_back(i);
      frame.fed = frame.tokens.size();
    }
    if (Status s = stepper->forward(feeds); !s.ok()) return s;
    now = now_ns();
    for (std::size_t i = 0; i < feeding.size(); ++i) {
      const std::int32_t token = argmax(std::span<const float>(logits).subspan(i * vocab_size, vocab_size));
      if (Status s = act(questions[feeding[i]], token); !s.ok()) return s;
    }
    return {};
  }

  Status run(std::span<const std::vector<std::int32_t>> prompts) {
    std::size_t next = 0;
    for (;;) {
      bool busy = false;
      now = now_ns();
      for (Question& q : questions) {
        // A question may end at once, when its prompt alone is too long.
        while (!q.active && next < prompts.size()) {
          const std::size_t index = next++;
          if (Status s = start(q, index, prompts[index]); !s.ok()) return s;
        }
        busy = busy || q.active;
      }
      if (!busy) return {};
      if (Status s = step(); !s.ok()) return s;
    }
  }

  void drop_all() {
    for (Question& q : questions) {
      while (q.depth > 0) pop(q);
      q.active = false;
    }
  }
};

Machine::Machine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Machine::Machine(Machine&&) noexcept = default;
Machine& Machine::operator=(Machine&&) noexcept = default;
Machine::~Machine() = default;

Result<Machine> Machine::create(const CausalNetwork<float>& network, std::span<const std::string> vocabulary,
                                const MachineOptions& options) {
  if (Status s = check(options); !s.ok()) return s.error();
  Result<Decoder> decoder =
      Decoder::create(network, {options.concurrency, options.concurrency * options.recursion_limit});
  if (!decoder.ok()) return decoder.error();
  const ModelConfig& config = network.config();
  // Only full attention keeps every position; everything else forgets and may go on for ever.
  const std::size_t longest = config.rope ? config.max_tokens : std::numeric_limits<std::size_t>::max();
  return create(std::make_unique<DecoderStepper>(*std::move(decoder), longest), vocabulary, options);
}

Result<Machine> Machine::create(std::unique_ptr<Stepper> stepper, std::span<const std::string> vocabulary,
                                const MachineOptions& options) {
  if (Status s = check(options); !s.ok()) return s.error();
  Result<ControlTokens> control = ControlTokens::from(vocabulary);
  if (!control.ok()) return control.error();
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  impl->control = *control;
  impl->vocab_size = vocabulary.size();
  impl->frame_limit = std::min(options.max_frame_tokens, stepper->max_stream_tokens());
  impl->stepper = std::move(stepper);
  impl->questions.resize(options.concurrency);
  impl->logits.resize(options.concurrency * vocabulary.size());
  impl->feeds.reserve(options.concurrency);
  impl->feeding.reserve(options.concurrency);
  return Machine(std::move(impl));
}

Status Machine::run(std::span<const std::vector<std::int32_t>> prompts, std::span<Answer> answers,
                    const MachineObserver& observer) {
  Impl& m = *impl_;
  if (answers.size() != prompts.size()) {
    return Error{ErrorCode::bad_input, "", "answers", "must have as many entries as there are prompts", ""};
  }
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    const auto outside = [&](std::int32_t t) { return t < 0 || static_cast<std::size_t>(t) >= m.vocab_size; };
    const std::string field = "prompt " + std::to_string(i);
    if (prompts[i].empty()) return Error{ErrorCode::bad_input, "", field, "is empty", "give at least one token"};
    if (const auto bad = std::find_if(prompts[i].begin(), prompts[i].end(), outside); bad != prompts[i].end()) {
      return Error{ErrorCode::bad_input, "", field, "token " + std::to_string(*bad) + " is outside the vocabulary",
                   "use tokens from 0 to " + std::to_string(m.vocab_size - 1)};
    }
    answers[i] = Answer{};
  }
  m.answers = answers;
  m.observer = &observer;
  Status status = m.run(prompts);
  m.drop_all();
  m.answers = {};
  m.observer = nullptr;
  return status;
}

std::size_t Machine::state_bytes() const {
  return impl_->stepper->state_bytes();
}
std::size_t Machine::arena_bytes() const {
  return impl_->stepper->arena_bytes();
}
std::size_t Machine::peak_states() const {
  return impl_->peak;
}

}  // namespace trm
