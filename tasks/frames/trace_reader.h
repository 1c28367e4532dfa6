// Reads a trace (sequence.h) token by token: which frames it opens and closes, when it is complete, and its answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "tasks/frames/frame.h"
#include "tasks/frames/frame_streams.h"

namespace trm::tasks {

/// What a trace tells of its frames; each may be empty. depth: 0 for the question itself.
struct TraceEvents {
  /// prompt: without END, valid during the call only.
  std::function<void(std::size_t depth, std::span<const Token> prompt)> opened;
  /// The frame by itself, as the recursion machine would have recorded it; incomplete ones come from close_all().
  std::function<void(std::size_t depth, const Frame& frame, bool complete)> closed;
};

class TraceReader {
 public:
  enum class State : std::uint8_t { open, complete, malformed };

  explicit TraceReader(const Question& question, TraceEvents events = {});

  /// Takes the next token of the trace, which is open. What READ and calls give is taken as it is written, true or not.
  State next(Token token);
  [[nodiscard]] State state() const { return state_; }
  /// The answer of a complete trace, the contents of a stream.
  [[nodiscard]] const Tokens& value() const { return value_; }
  /// The prompt of the frame that runs already where a complete trace ends in an endless loop. Empty: there is none.
  [[nodiscard]] const Tokens& repeated() const { return repeated_; }
  [[nodiscard]] std::size_t frames() const { return frames_; }        ///< opened
  [[nodiscard]] std::size_t max_depth() const { return max_depth_; }  ///< frames on the deepest stack
  /// The depth at which the next token stands.
  [[nodiscard]] std::size_t depth() const { return open_.empty() ? 0 : open_.size() - 1; }
  /// Reports the frames that are still open, the innermost first.
  void close_all();

 private:
  /// What the next token of a frame is part of.
  enum class Part : std::uint8_t { body, call, spawn, given, value, emitted, returned };
  struct OpenFrame {
    FrameStreams streams;
    Frame frame;
    Part part = Part::body;
    std::size_t begin = 0;   ///< of the part
    std::size_t unread = 0;  ///< tokens that READ still gives
  };

  void open(FrameStreams streams);
  void close(bool complete);
  State body(OpenFrame& frame, Token token);
  State repeat(OpenFrame& frame);
  State arguments(OpenFrame& frame, Token token);
  State given(OpenFrame& frame, Token token);
  State returned(OpenFrame& frame, Token token);

  TraceEvents events_;
  std::vector<OpenFrame> open_;
  Tokens value_, repeated_;
  std::size_t frames_ = 0, max_depth_ = 0;
  State state_ = State::open;
};

}  // namespace trm::tasks
