#include "tasks/frames/right_frames.h"

#include <algorithm>
#include <utility>

#include "tasks/frames/frame_streams.h"
#include "tasks/frames/frame_writer.h"
#include "tasks/frames/function.h"
#include "tasks/frames/prompt.h"
#include "tasks/frames/vocabulary.h"

namespace trm::tasks {
namespace {

using Stream = FrameStreams::Stream;

Error in_run(std::string message) {
  return Error{ErrorCode::bad_input, "", "question", std::move(message), "ask what the task's encode() gives"};
}

class Run {
 public:
  explicit Run(const RightRunOptions& options, std::size_t max_depth = std::numeric_limits<std::size_t>::max())
      : options_(options), max_depth_(max_depth) {}

  /// After answer(): it took more than max_frames frames.
  [[nodiscard]] bool took_too_many_frames() const { return out_.frames > options_.max_frames; }

  Result<std::optional<RightRun>> answer(const Question& question) {
    FrameStreams streams(question);
    std::optional<Closed> first = open(streams, 1);
    if (error_) return *error_;
    if (exhausted_) return std::optional<RightRun>();
    out_.trace = std::move(first->trace);
    if (!out_.repeated.empty()) return std::optional<RightRun>(std::move(out_));
    const Stream value = streams.answer(first->value);
    if (!value) return in_run("the answer is a stream that the first frame does not have");
    out_.value = *value;
    return std::optional<RightRun>(std::move(out_));
  }

 private:
  struct Closed {
    Tokens value;  ///< between RET and END
    Tokens trace;
  };

  /// The world of one frame. When the run has failed it gives nothing, and every open frame soon ends.
  class World final : public FrameWorld {
   public:
    World(Run& run, FrameStreams& streams, std::size_t depth)
        : run_(run), streams_(streams), depth_(depth), counted_(streams.prompt().size() + 1) {}

    Tokens call(std::span<const Token> args, std::size_t at) override {
      const Stream value = callee(args, at);
      return value ? *value : Tokens{};
    }
    void spawn(std::span<const Token> args, std::size_t at) override { streams_.add_spawned(callee(args, at)); }
    Token read(std::size_t stream, std::size_t) override { return run_.failed() ? token::eos : streams_.read(stream); }
    void emit(Token token) override {
      if (!token::is_data(token)) run_.fail("a frame emits the control token " + to_text({&token, 1}));
      streams_.emit(token);
    }

    /// The frame's tokens behind its prompt, with the callees' in their places; to the last of them if the run failed.
    [[nodiscard]] Tokens flat(const Frame& frame) const {
      Tokens out;
      auto from = frame.tokens.begin() + static_cast<std::ptrdiff_t>(frame.prompt);
      for (const auto& [at, trace] : inside_) {
        const auto to = frame.tokens.begin() + static_cast<std::ptrdiff_t>(at);
        out.insert(out.end(), from, to);
        out.insert(out.end(), trace.begin(), trace.end());
        from = to;
      }
      if (!run_.failed()) out.insert(out.end(), from, frame.tokens.end());
      return out;
    }
    void count(std::size_t at) {
      run_.count(at - counted_);
      counted_ = at;
    }

   private:
    Stream callee(std::span<const Token> args, std::size_t at) {
      count(at);
      if (run_.failed()) return nullptr;
      std::optional<FrameStreams> given = streams_.callee(args);
      if (!given) {
        run_.fail("\"" + to_text(args) + "\" names a stream that its frame does not have");
        return nullptr;
      }
      std::optional<Closed> closed = run_.open(*given, depth_ + 1);
      if (!closed) return nullptr;
      if (run_.options_.keep_trace) inside_.emplace_back(at, std::move(closed->trace));
      if (run_.failed()) return nullptr;
      Stream value = given->returned(closed->value);
      if (!value) run_.fail("a frame returns a stream that it does not have");
      return value;
    }

    Run& run_;
    FrameStreams& streams_;
    std::size_t depth_;
    std::size_t counted_;                                 ///< tokens of this frame that the run knows of
    std::vector<std::pair<std::size_t, Tokens>> inside_;  ///< place, trace of the callee
  };

  [[nodiscard]] bool failed() const { return exhausted_ || error_.has_value() || !out_.repeated.empty(); }
  void fail(std::string message) {
    if (!failed()) error_ = in_run(std::move(message));
  }
  void count(std::size_t tokens) {
    tokens_ += tokens;
    exhausted_ = exhausted_ || tokens_ > options_.max_tokens;
  }

  /// Nothing: the run has failed, and has no trace.
  std::optional<Closed> open(FrameStreams& streams, std::size_t depth) {
    exhausted_ = exhausted_ || depth > max_depth_ || ++out_.frames > options_.max_frames;
    if (failed()) return std::nullopt;
    FrameStreams::Call call = streams.call();
    if (std::find(calls_.begin(), calls_.end(), call) != calls_.end()) {
      out_.repeated = std::move(call.prompt);
      return Closed{{}, {token::end}};
    }
    calls_.push_back(std::move(call));
    std::optional<Closed> out = write(streams, depth);
    calls_.pop_back();
    return out;
  }

  std::optional<Closed> write(FrameStreams& streams, std::size_t depth) {
    const Result<FramePrompt> prompt = read_frame_prompt(streams.prompt());
    if (!prompt.ok()) {
      error_ = prompt.error();
      return std::nullopt;
    }
    World world(*this, streams, depth);
    FrameWriter writer(*prompt, world);
    prompt->function->write(writer);
    if (!out_.repeated.empty()) return Closed{{}, world.flat(writer.written())};
    Result<Frame> frame = std::move(writer).finish();
    if (!frame.ok() && !failed()) error_ = frame.error();
    if (failed()) return std::nullopt;
    world.count(frame->tokens.size());
    return close(*std::move(frame), world, depth);
  }

  Closed close(Frame frame, const World& world, std::size_t depth) {
    out_.own_tokens += static_cast<std::size_t>(std::count(frame.own.begin(), frame.own.end(), 1));
    out_.longest = std::max(out_.longest, frame.tokens.size());
    out_.depth = std::max(out_.depth, depth);
    Closed out;
    const auto ret = std::find(frame.tokens.rbegin(), frame.tokens.rend(), token::ret).base();
    out.value.assign(ret, frame.tokens.end() - 1);
    if (options_.keep_trace) out.trace = world.flat(frame);
    if (options_.keep_frames) out_.kept.push_back(std::move(frame));
    return out;
  }

  const RightRunOptions& options_;
  std::size_t max_depth_;
  RightRun out_;
  std::vector<FrameStreams::Call> calls_;  ///< open
  std::size_t tokens_ = 0;
  bool exhausted_ = false;
  std::optional<Error> error_;
};

}  // namespace

Result<std::optional<RightRun>> run_right_frames(const Question& question, const RightRunOptions& options) {
  return Run(options).answer(question);
}

bool needs_more_frames(const Question& question, std::size_t frames, std::size_t depth) {
  RightRunOptions options;
  options.max_frames = frames;
  Run run(options, depth);
  const Result<std::optional<RightRun>> out = run.answer(question);
  return out.ok() && !*out && run.took_too_many_frames();
}

}  // namespace trm::tasks
