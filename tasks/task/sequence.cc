#include "tasks/task/sequence.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "tasks/frames/frame_writer.h"
#include "tasks/frames/right_frames.h"
#include "tasks/frames/trace_reader.h"
#include "tasks/frames/vocabulary.h"

namespace trm::tasks {
namespace {

/// For answers: what a person can wait for.
constexpr std::size_t kMostFrames = 20'000;

Error bad_sequence(std::size_t at, std::string_view what) {
  return Error{ErrorCode::bad_input, "", "sequence", std::string(what) + " at token " + std::to_string(at),
               "end it where the answer is complete, and not before"};
}

Result<SequenceAnswer> answer_alone(std::span<const Token> own) {
  const auto end = std::find(own.begin(), own.end(), token::end);
  const auto at = static_cast<std::size_t>(end - own.begin());
  if (end == own.end()) return bad_sequence(at, "the answer is cut off");
  if (at + 1 != own.size()) return bad_sequence(at + 1, "something follows the answer");
  if (own[0] == token::call) return SequenceAnswer{{}, {own.begin() + 1, end}};
  return SequenceAnswer{{own.begin(), end}, {}};
}

Result<SequenceAnswer> answer_of_trace(const Question& question, std::span<const Token> own) {
  TraceReader reader(question);
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (reader.state() == TraceReader::State::complete) return bad_sequence(i, "something follows the trace");
    if (reader.next(own[i]) == TraceReader::State::malformed) return bad_sequence(i, "the trace is malformed");
  }
  if (reader.state() != TraceReader::State::complete) return bad_sequence(own.size(), "the trace is cut off");
  return SequenceAnswer{reader.value(), reader.repeated()};
}

/// Nothing: longer than max_tokens.
std::optional<Frame> joined(Tokens given, const Tokens& own, std::size_t max_tokens) {
  if (given.size() + own.size() > max_tokens) return std::nullopt;
  Frame out;
  out.tokens = std::move(given);
  out.prompt = out.tokens.size();
  out.tokens.insert(out.tokens.end(), own.begin(), own.end());
  out.own.assign(out.tokens.size(), 1);
  std::fill_n(out.own.begin(), out.prompt, std::uint8_t{0});
  return out;
}

Result<Question> encoded(const Task& task, const Item& item) {
  Question question = task.encode(item);
  if (!question.prompt.empty()) return question;
  return Error{ErrorCode::bad_input, "", "prompt",
               "\"" + item.prompt + "\" is no question of " + std::string(task.name()), "use an item of this task"};
}

}  // namespace

std::string_view encoding_name(Encoding encoding) {
  return kEncodingNames[static_cast<std::size_t>(encoding)];
}

std::optional<Encoding> encoding_of(std::string_view name) {
  const auto* const at = std::find(std::begin(kEncodingNames), std::end(kEncodingNames), name);
  if (at == std::end(kEncodingNames)) return std::nullopt;
  return static_cast<Encoding>(at - std::begin(kEncodingNames));
}

Tokens sequence_prompt(const Question& question) {
  Tokens out = question.prompt;
  for (const Tokens& stream : question.streams) {
    out.insert(out.end(), stream.begin(), stream.end());
    out.push_back(token::eos);
  }
  out.push_back(token::end);
  return out;
}

Result<std::optional<Frame>> answer_sequence(const Task& task, const Item& item, std::size_t max_tokens) {
  const Result<Question> question = encoded(task, item);
  if (!question.ok()) return question.error();
  RightRunOptions options;
  options.max_frames = kMostFrames;
  const Result<std::optional<RightRun>> run = run_right_frames(*question, options);
  if (!run.ok()) return run.error();
  if (!*run) return std::optional<Frame>();
  const Tokens& repeated = (*run)->repeated;
  const Tokens own =
      repeated.empty() ? tokens_of((*run)->value, token::end) : tokens_of(token::call, repeated, token::end);
  return joined(sequence_prompt(*question), own, max_tokens);
}

Result<std::optional<Frame>> trace_sequence(const Task& task, const Item& item, std::size_t max_tokens) {
  const Result<Question> question = encoded(task, item);
  if (!question.ok()) return question.error();
  RightRunOptions options;
  options.keep_trace = true;
  options.max_tokens = max_tokens;
  const Result<std::optional<RightRun>> run = run_right_frames(*question, options);
  if (!run.ok()) return run.error();
  if (!*run) return std::optional<Frame>();
  return joined(sequence_prompt(*question), (*run)->trace, max_tokens);
}

Result<std::optional<Frame>> right_sequence(Encoding encoding, const Task& task, const Item& item,
                                            std::size_t max_tokens) {
  if (encoding == Encoding::answer) return answer_sequence(task, item, max_tokens);
  if (encoding == Encoding::trace) return trace_sequence(task, item, max_tokens);
  return Error{ErrorCode::usage, "", "encoding", "frames are no sequence", "use trace or answer"};
}

Result<SequenceAnswer> sequence_answer(Encoding encoding, const Question& question, std::span<const Token> own) {
  if (encoding == Encoding::answer) return answer_alone(own);
  if (encoding == Encoding::trace) return answer_of_trace(question, own);
  return Error{ErrorCode::usage, "", "encoding", "frames are no sequence", "use trace or answer"};
}

}  // namespace trm::tasks
