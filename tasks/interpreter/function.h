// The functions of the language, one for each head of a prompt.
#pragma once

#include <span>

#include "tasks/interpreter/writer.h"

namespace trm::tasks::interpreter {

struct Function {
  Token head;
  /// Data tokens behind the head, as a word for each: d digit, r truth, s sign.
  std::string_view symbols;
  std::size_t least_streams, most_streams;
  /// May it be handed the output of its caller?
  bool takes_output;
  void (*write)(Writer& frame);
};

std::span<const Function> evaluation_functions();
std::span<const Function> comparison_functions();
std::span<const Function> sum_functions();
std::span<const Function> product_functions();
std::span<const Function> quotient_functions();
std::span<const Function> sequence_functions();
std::span<const Function> text_functions();

/// All of them, in the order of their heads.
std::span<const Function> all_functions();
/// null: no function of that head.
const Function* find_function(Token head);

/// The function of a prompt (without END). Error: not well formed.
Result<const Function*> check_prompt(std::span<const Token> prompt);

/// The one right frame for a prompt (without END). Error: not a well-formed prompt; what the world gives is nothing
/// that the function can go on from.
Result<Frame> write_frame(std::span<const Token> prompt, World& world);

}  // namespace trm::tasks::interpreter
