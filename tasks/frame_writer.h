// Builds one frame: the families say what the model calls and returns, the writer keeps tokens and ownership.
#pragma once

#include <initializer_list>
#include <span>

#include "tasks/digits.h"
#include "tasks/frame.h"

namespace trm::tasks {

class FrameWriter {
 public:
  FrameWriter(std::span<const Token> prompt, const Callee& callee);

  /// CALL head arguments[0] , arguments[1] ... END, then the callee's value and END. Returns the value.
  /// Error: the callee returned something that is not a number.
  Result<Digits> call(Token head, std::initializer_list<std::span<const Token>> arguments);

  /// RET value END: the frame is complete.
  Frame ret(std::span<const Token> value);

 private:
  void own(Token token);
  void own(std::span<const Token> tokens);
  void given(std::span<const Token> tokens);

  const Callee& callee_;
  Frame frame_;
};

}  // namespace trm::tasks
