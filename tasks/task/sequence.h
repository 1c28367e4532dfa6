// A question as one sequence, for models without the recursion machine: the trace of all its frames, or the answer
// alone. tasks/frames/README.md specifies both, under "Whole sequences".
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "tasks/frames/frame.h"
#include "tasks/task/task.h"

namespace trm::tasks {

/// How a model is asked and answers: single frames on the recursion machine, or one sequence. programs: frames that run
/// programs (tasks/interpreter/).
enum class Encoding : unsigned char { frames, trace, answer, programs };
inline constexpr std::string_view kEncodingNames[] = {"frames", "trace", "answer", "programs"};
std::string_view encoding_name(Encoding encoding);
/// Nothing: no encoding has this name.
std::optional<Encoding> encoding_of(std::string_view name);

/// What is given, END included.
Tokens sequence_prompt(const Question& question);

/// The whole right sequence: given tokens, then the model's own. Nothing: it is longer than max_tokens, or the answer
/// takes more than 20,000 frames. Error: the item does not belong to this task.
Result<std::optional<Frame>> answer_sequence(const Task& task, const Item& item, std::size_t max_tokens);
Result<std::optional<Frame>> trace_sequence(const Task& task, const Item& item, std::size_t max_tokens);
/// Error: as above; `frames` is no sequence.
Result<std::optional<Frame>> right_sequence(Encoding encoding, const Task& task, const Item& item,
                                            std::size_t max_tokens);

/// What the machine would answer.
struct SequenceAnswer {
  Tokens value;     ///< for Task::decode()
  Tokens repeated;  ///< if not empty, the prompt of the call that runs already, for Task::decode_loop()
};
/// What the model's own tokens answer. Error: the sequence is not complete, has more behind its end, or is not well
/// formed.
Result<SequenceAnswer> sequence_answer(Encoding encoding, const Question& question, std::span<const Token> own);

}  // namespace trm::tasks
