// What an observer of the recursion machine is told: frames as they open and close, calls of a program as they begin
// and return.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "engine/machine/question.h"

namespace trm {

struct TokenStream;

/// Parent of a question's first frame, and the frame that one continues which continues none.
inline constexpr std::size_t kNoFrame = std::numeric_limits<std::size_t>::max();

/// One frame as it ran, complete or cut off.
struct FrameRecord {
  std::size_t question = 0;              ///< index in the list given to run()
  std::size_t id = 0;                    ///< counts the frames of the question in the order in which they were made
  std::size_t parent = kNoFrame;         ///< id of the caller
  std::size_t depth = 0;                 ///< 0: the question itself
  std::span<const std::int32_t> tokens;  ///< prompt END, own and given tokens
  std::span<const std::uint8_t> own;     ///< 1: written by the model
  std::size_t prompt = 0;                ///< length of the prompt, END included
  bool complete = false;
  std::int64_t elapsed_ns = 0;  ///< from opening to RET, callees included; of a frame that ended with TAIL: to TAIL
};

/// A stream, for the time of a callback. To have one costs nothing, to look into it costs its length.
class StreamView {
 public:
  StreamView() = default;
  StreamView(TokenStream& stream, std::int32_t end_of_part, std::size_t limit)
      : stream_(&stream), end_of_part_(end_of_part), limit_(limit) {}
  /// Its contents as tokens, as in Answer::value. Nothing: it or a part of it still grows (never with concurrency 1),
  /// or it has more than max_stream_tokens tokens.
  [[nodiscard]] std::optional<std::vector<std::int32_t>> flat() const;

 private:
  TokenStream* stream_ = nullptr;
  std::int32_t end_of_part_ = 0;
  std::size_t limit_ = 0;
};

/// What a call of a program, which is a frame opened with WITH, was asked.
struct CallView {
  std::size_t stream = kNoStream;           ///< index in Question::streams of its X; kNoStream: X is none of them
  std::span<const StreamView> environment;  ///< V0, V1, ...
};

/// A frame that starts to run. Its prompt comes without END.
struct OpenedFrame {
  std::size_t question = 0;
  std::size_t id = 0;
  std::size_t parent = kNoFrame;  ///< id of the frame that waits for it, or that spawned it
  std::size_t depth = 0;          ///< 0 for the question itself
  std::span<const std::int32_t> prompt;
  std::size_t continues = kNoFrame;  ///< id of the frame that ended with TAIL, and whose place this one takes
  const CallView* call = nullptr;    ///< null: it was not opened with WITH
};

/// A frame that is not run, because an equal one was.
struct MemoHit {
  std::size_t question = 0;
  std::size_t parent = kNoFrame;  ///< id of the caller
  std::size_t depth = 0;          ///< of the frame that was saved
  std::span<const std::int32_t> prompt;
  std::span<const std::int32_t> value;  ///< its tokens or the contents of its stream, flat
  const CallView* call = nullptr;
};

/// A call of a program that returned. One that ended with TAIL returns when the frames do that took its place, behind
/// the calls among them.
struct ReturnedCall {
  std::size_t question = 0;
  std::size_t id = 0;  ///< of the frame that was opened with WITH
  StreamView value;
};

/// What happens, in order, for traces and metrics. Every callback may be empty. Spans and views are valid during the
/// call only.
struct MachineObserver {
  std::function<void(const OpenedFrame&)> opened;
  std::function<void(const MemoHit&)> memo_hit;
  /// On RET, RAISE and TAIL, and for every frame still open when a question fails.
  std::function<void(const FrameRecord&)> closed;
  std::function<void(const ReturnedCall&)> returned;
  /// The answer to the question is complete, verdict included. Questions may end in another order than they began.
  std::function<void(std::size_t question)> answered;
};

}  // namespace trm
