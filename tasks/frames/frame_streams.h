// The streams that a frame knows by letters, and which of them a callee is given under which letter.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "tasks/frames/frame.h"

namespace trm::tasks {

class FrameStreams {
 public:
  using Stream = std::shared_ptr<Tokens>;

  /// Of the first frame of a question.
  explicit FrameStreams(const Question& question);
  /// Of the frame that CALL args END or SPAWN args END opens. Nothing: args are empty, name a stream that this frame
  /// does not have, have FRESH before anything but X, Y or Z, or more than three streams.
  [[nodiscard]] std::optional<FrameStreams> callee(std::span<const Token> args);

  /// What decides what a frame does: its prompt, and its streams with their places when it is opened.
  struct Call {
    Tokens prompt;
    std::vector<std::pair<Stream, std::size_t>> streams;
    bool operator==(const Call&) const = default;
  };
  [[nodiscard]] Call call() const;

  /// The frame's prompt: its streams are X, Y, Z in this order.
  [[nodiscard]] const Tokens& prompt() const { return prompt_; }
  /// Streams that READ reads.
  [[nodiscard]] std::size_t arguments() const { return handles_.size(); }
  /// The next token of a stream argument, whose place is shared with the frames that know it; token::eos at its end.
  Token read(std::size_t argument);
  void emit(Token token);
  /// What a SPAWN returned: A, B, ... in the order of these calls.
  void add_spawned(Stream stream) { spawned_.push_back(std::move(stream)); }
  /// What RET value END returns: a stream by its letter, what was emitted, or the value itself. null: a letter that
  /// this frame does not have.
  [[nodiscard]] Stream returned(std::span<const Token> value) const;
  /// The same for the first frame of a question, whose answer is its output if the prompt has O.
  [[nodiscard]] Stream answer(std::span<const Token> value) const { return inherited_ ? inherited_ : returned(value); }

 private:
  struct Cursor {
    Stream stream;
    std::size_t place = 0;
  };
  using Handle = std::shared_ptr<Cursor>;

  FrameStreams() = default;
  [[nodiscard]] Stream output();
  [[nodiscard]] Handle argument(Token letter, bool fresh) const;
  [[nodiscard]] Stream spawned(Token letter) const;

  Tokens prompt_;
  std::vector<Handle> handles_;
  std::vector<Stream> spawned_;
  Stream inherited_;  ///< the caller's output, if the prompt has O
  Stream own_;
};

}  // namespace trm::tasks
