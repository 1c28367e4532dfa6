#include "engine/machine/machine.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/base/clock.h"
#include "engine/machine/machine_question.h"

namespace trm {
namespace {

Status check(const MachineOptions& options) {
  const auto positive = [](std::size_t value, const char* field) -> Status {
    if (value > 0) return {};
    return Error{ErrorCode::bad_input, "", field, "must be positive", "1 is the smallest value"};
  };
  if (Status s = positive(options.max_frame_tokens, "max_frame_tokens"); !s.ok()) return s;
  if (Status s = positive(options.max_frames, "max_frames"); !s.ok()) return s;
  if (Status s = positive(options.max_stream_tokens, "max_stream_tokens"); !s.ok()) return s;
  if (Status s = positive(options.concurrency, "concurrency"); !s.ok()) return s;
  if (options.concurrency > std::numeric_limits<StateId>::max()) {
    return Error{ErrorCode::bad_input, "", "concurrency", "is too large", "lower it"};
  }
  // StateId has 32 bits.
  if (options.recursion_limit > std::numeric_limits<StateId>::max() / options.concurrency) {
    return Error{ErrorCode::bad_input, "", "recursion_limit", "recursion_limit * concurrency is too large",
                 "lower one of them"};
  }
  if (options.max_elapsed_ns < 0) {
    return Error{ErrorCode::bad_input, "", "max_elapsed_ns", "is negative", "0 stands for no limit"};
  }
  return {};
}

/// Frames on one stack, at most.
std::size_t deepest_stack(const MachineOptions& options) {
  if (options.recursion_limit > 0) return options.recursion_limit;
  return std::numeric_limits<StateId>::max() / options.concurrency;
}

/// A stream holds data and, in a program of `parts` streams, these as parts and the names V0, V1, ... as variables.
Status check_stream(std::span<const std::int32_t> stream, std::size_t parts, const TokenKinds& kinds,
                    std::size_t vocab_size, const std::string& field) {
  for (const std::int32_t item : stream) {
    if (item < 0 && static_cast<std::size_t>(-(item + 1)) < parts) continue;
    if (Status s = check_tokens({&item, 1}, vocab_size, field); !s.ok()) return s;
    if (kinds.kind(item) == TokenKind::data || (parts > 0 && kinds.kind(item) == TokenKind::environment)) continue;
    return Error{ErrorCode::bad_input, "", field, "a stream holds the control token " + std::to_string(item),
                 "give streams of data"};
  }
  return {};
}

/// The prompt must name the streams X, Y, Z in this order, each once. Tokens lie in the vocabulary.
Status check(const Question& question, const ControlTokens& control, const TokenKinds& kinds, std::size_t vocab_size,
             const std::string& field) {
  if (question.prompt.empty()) return Error{ErrorCode::bad_input, "", field, "is empty", "give at least one token"};
  if (Status s = check_tokens(question.prompt, vocab_size, field); !s.ok()) return s;
  const std::size_t streams = question.streams.size(), arguments = question.arguments.value_or(streams);
  if (question.arguments && !control.programs()) {
    return Error{ErrorCode::bad_input, "", field, "is a program, and the vocabulary lacks WITH",
                 "use a model that was trained on frames that run programs"};
  }
  if (arguments > streams) {
    return Error{ErrorCode::bad_input, "", field,
                 "has " + std::to_string(arguments) + " arguments and " + std::to_string(streams) + " streams",
                 "give a stream for each argument"};
  }
  std::size_t named = 0;
  bool in_order = arguments <= kStreamArguments;
  for (const std::int32_t token : question.prompt) {
    if (kinds.kind(token) != TokenKind::argument) continue;
    in_order = in_order && kinds.index(token) == named;
    ++named;
  }
  if (!in_order || named != arguments) {
    return Error{ErrorCode::bad_input, "", field, "does not name its " + std::to_string(arguments) + " streams",
                 "name each stream once in the prompt, as X, Y, Z in this order"};
  }
  const std::size_t parts = question.arguments ? streams : 0;
  for (const std::vector<std::int32_t>& stream : question.streams) {
    if (Status s = check_stream(stream, parts, kinds, vocab_size, field); !s.ok()) return s;
  }
  return {};
}

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
    case Verdict::streams_too_long:
      return "streams too long";
    case Verdict::deadlock:
      return "deadlock";
    case Verdict::out_of_time:
      return "out of time";
    case Verdict::raised:
      return "raised";
  }
  return "unknown";
}

struct Machine::Impl {
  MachineCore core;
  std::size_t vocab_size = 0;
  std::vector<std::unique_ptr<QuestionRun>> runs;  // as many as questions were ever in flight; used again
  std::vector<QuestionRun*> idle;
  std::vector<QuestionRun*> active;  // in the order of their questions
  std::vector<QuestionRun::Turn> turns;
  std::vector<Stepper::Feed> feeds;
  std::vector<float> logits;                // (concurrency, vocab_size)
  const SharedQuestions* shared = nullptr;  // of the present run
  bool exhausted = false;                   // it has no more

  QuestionRun& start(std::size_t index, const Question& question, Answer& answer) {
    if (idle.empty()) {
      runs.push_back(std::make_unique<QuestionRun>(core));
      idle.push_back(runs.back().get());
    }
    QuestionRun& run = *idle.back();
    idle.pop_back();
    active.push_back(&run);
    core.active = active.size();
    run.start(index, question, answer);
    return run;
  }

  void forget_ended() {
    const auto ended =
        std::stable_partition(active.begin(), active.end(), [](QuestionRun* run) { return run->active(); });
    idle.insert(idle.end(), ended, active.end());
    active.erase(ended, active.end());
    core.active = active.size();
  }

  /// Chooses the frames of the next step; older questions come first, new ones are started while there is room.
  Status select(std::span<const Question> questions, std::span<Answer> answers) {
    turns.clear();
    forget_ended();
    for (QuestionRun* run : active) {
      if (Status s = run->select(turns); !s.ok()) return s;
    }
    forget_ended();
    // A question in flight has at least one turn if there is room: so there are never more than `concurrency`.
    // Where the memory is full, one question at a time.
    while (!exhausted && turns.size() < core.options.concurrency && active.size() < shared->most_active &&
           (!core.memory_full || active.empty()) && core.ahead <= core.states_to_spare(active.size() + 1)) {
      const NextQuestion next = shared->next();
      exhausted = next.kind == NextQuestion::Kind::none;
      if (next.kind != NextQuestion::Kind::question) break;
      const Question& question = questions[next.index];
      if (Status s = check(question, core.control, core.kinds, vocab_size, "prompt " + std::to_string(next.index));
          !s.ok())
        return s;
      answers[next.index] = Answer{};
      QuestionRun& run = start(next.index, question, answers[next.index]);
      if (Status s = run.select(turns); !s.ok()) return s;
      if (!run.active()) forget_ended();
    }
    return {};
  }

  /// One round: every selected frame is fed what its state has not seen and takes one token.
  Status step() {
    feeds.clear();
    for (const QuestionRun::Turn& turn : turns) {
      MachineFrame& frame = *turn.frame;
      feeds.push_back({frame.state, std::span<const std::int32_t>(frame.text->tokens).subspan(frame.fed),
                       logits.data() + feeds.size() * vocab_size});
      frame.fed = frame.text->tokens.size();
    }
    if (Status s = core.stepper->forward(feeds); !s.ok()) return s;
    core.now = now_ns();
    for (std::size_t i = 0; i < turns.size(); ++i) {
      // The question may have ended in this round, by another of its frames.
      if (!turns[i].run->active()) continue;
      turns[i].run->act(*turns[i].frame, argmax(std::span<const float>(logits).subspan(i * vocab_size, vocab_size)));
    }
    return {};
  }

  Status run(std::span<const Question> questions, std::span<Answer> answers) {
    exhausted = false;
    core.deepest = 0;
    core.memory_full = false;
    const std::atomic<bool>* const stop = core.options.stop;
    for (;;) {
      if (stop != nullptr && stop->load(std::memory_order_relaxed)) return {};
      core.now = now_ns();
      if (Status s = select(questions, answers); !s.ok()) return s;
      if (!turns.empty()) {
        if (Status s = step(); !s.ok()) return s;
      } else if (active.empty() && exhausted) {
        return {};
      }
    }
  }
};

Machine::Machine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Machine::Machine(Machine&&) noexcept = default;
Machine& Machine::operator=(Machine&&) noexcept = default;
Machine::~Machine() = default;

namespace {

/// Prompts that are kept to be copied. Frames of one question have some dozens, those of one task some hundreds.
constexpr std::size_t kKeptPrompts = 256;

}  // namespace

Result<Machine> Machine::create(const StepperFactory& factory, std::span<const std::string> vocabulary,
                                const MachineOptions& options) {
  if (Status s = check(options); !s.ok()) return s.error();
  Result<std::unique_ptr<Stepper>> stepper = factory({.max_streams = options.concurrency,
                                                      .max_states = options.concurrency * deepest_stack(options),
                                                      .memory_bytes = options.memory_bytes,
                                                      .kept_prompts = kKeptPrompts});
  if (!stepper.ok()) return stepper.error();
  return create(*std::move(stepper), vocabulary, options);
}

Result<Machine> Machine::create(std::unique_ptr<Stepper> stepper, std::span<const std::string> vocabulary,
                                const MachineOptions& options) {
  if (Status s = check(options); !s.ok()) return s.error();
  Result<ControlTokens> control = ControlTokens::from(vocabulary);
  if (!control.ok()) return control.error();
  auto impl = std::make_unique<Impl>();
  MachineCore& core = impl->core;
  core.options = options;
  core.options.recursion_limit = deepest_stack(options);
  core.control = *control;
  core.kinds = TokenKinds(*control, vocabulary.size());
  core.frame_limit = std::min(options.max_frame_tokens, stepper->max_stream_tokens());
  core.stepper = std::move(stepper);
  impl->vocab_size = vocabulary.size();
  impl->logits.resize(options.concurrency * vocabulary.size());
  impl->turns.reserve(options.concurrency);
  impl->feeds.reserve(options.concurrency);
  return Machine(std::move(impl));
}

Status Machine::run(std::span<const Question> questions, std::span<Answer> answers, const MachineObserver& observer) {
  Impl& m = *impl_;
  if (answers.size() != questions.size()) {
    return Error{ErrorCode::bad_input, "", "answers", "must have as many entries as there are questions", ""};
  }
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const std::string field = "prompt " + std::to_string(i);
    if (Status s = check(questions[i], m.core.control, m.core.kinds, m.vocab_size, field); !s.ok()) return s;
    answers[i] = Answer{};
  }
  std::size_t next = 0;
  const auto in_order = [&]() -> NextQuestion {
    if (next == questions.size()) return {};
    return {NextQuestion::Kind::question, next++};
  };
  return run_shared(questions, answers, {in_order}, observer);
}

Status Machine::run_shared(std::span<const Question> questions, std::span<Answer> answers,
                           const SharedQuestions& shared, const MachineObserver& observer) {
  Impl& m = *impl_;
  m.shared = &shared;
  m.core.observer = &observer;
  Status status = m.run(questions, answers);
  for (QuestionRun* run : m.active) run->drop();
  m.forget_ended();
  m.core.observer = nullptr;
  return status;
}

std::size_t Machine::state_bytes() const {
  return impl_->core.stepper->state_bytes();
}
std::size_t Machine::arena_bytes() const {
  return impl_->core.stepper->arena_bytes();
}
std::size_t Machine::objects_in_use() const {
  const MachineCore& core = impl_->core;
  std::size_t out = core.streams.taken() + core.handles.taken() + core.environments.taken() + core.texts.taken() +
                    core.frames.taken();
  for (const std::unique_ptr<QuestionRun>& run : impl_->runs) out += run->open_calls();
  return out;
}

}  // namespace trm
