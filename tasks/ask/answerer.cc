#include "tasks/ask/answerer.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "engine/infer/decoder.h"
#include "tasks/frames/trace_reader.h"
#include "tasks/frames/vocabulary.h"

namespace trm::tasks {
namespace {

TextState as_text_state(TraceReader::State state) {
  switch (state) {
    case TraceReader::State::open:
      return TextState::open;
    case TraceReader::State::complete:
      return TextState::complete;
    case TraceReader::State::malformed:
      return TextState::malformed;
  }
  return TextState::malformed;
}

TextOptions text_options(const MachineOptions& options) {
  return {options.max_frame_tokens, options.concurrency, options.max_elapsed_ns, options.stop};
}

}  // namespace

Result<Answerer> Answerer::create(const CausalNetwork<float>& network, const Model& model,
                                  const MachineOptions& options) {
  const Result<ModelUse> use = model_use(model);
  if (!use.ok()) return use.error();
  Answerer out;
  out.encoding_ = use->encoding;
  if (use->on_machine()) {
    Result<Machine> machine = Machine::create(decoder_factory(network), model.vocabulary, options);
    if (!machine.ok()) return machine.error();
    out.machine_ = *std::move(machine);
    out.recursion_limit_ = std::max<std::size_t>(1, options.recursion_limit);
    return out;
  }
  Result<TextWriter> writer =
      TextWriter::create(decoder_factory(network), network.config().vocab_size, text_options(options));
  if (!writer.ok()) return writer.error();
  out.writer_ = *std::move(writer);
  return out;
}

Result<Answerer> Answerer::create(std::unique_ptr<Stepper> stepper, std::size_t vocab_size, Encoding encoding,
                                  const MachineOptions& options) {
  Result<TextWriter> writer = TextWriter::create(std::move(stepper), vocab_size, text_options(options));
  if (!writer.ok()) return writer.error();
  Answerer out;
  out.encoding_ = encoding;
  out.writer_ = *std::move(writer);
  return out;
}

Status Answerer::run(std::span<const Question> questions, std::span<Answer> answers, const MachineObserver& observer,
                     std::vector<Tokens>* texts) {
  if (texts != nullptr) texts->assign(questions.size(), {});
  return machine_ ? machine_->run(questions, answers, observer) : write(questions, answers, observer, texts);
}

Status Answerer::write(std::span<const Question> questions, std::span<Answer> answers, const MachineObserver& observer,
                       std::vector<Tokens>* texts) {
  std::vector<std::vector<std::int32_t>> prompts;
  std::vector<TraceReader> readers;
  for (const Question& question : questions) {
    prompts.push_back(sequence_prompt(question));
    if (encoding_ == Encoding::trace) readers.emplace_back(question);
  }
  const auto rule = [&](std::size_t i, std::int32_t token) {
    if (encoding_ == Encoding::trace) return as_text_state(readers[i].next(token));
    return token == token::end ? TextState::complete : TextState::open;
  };
  const auto ended = [&](std::size_t i) {
    Tokens text = std::exchange(answers[i].value, {});
    if (answers[i].verdict == Verdict::answered) {
      SequenceAnswer said = *sequence_answer(encoding_, questions[i], text);
      answers[i].value = std::move(said.value);
      answers[i].repeated = std::move(said.repeated);
      if (!answers[i].repeated.empty()) answers[i].verdict = Verdict::endless_loop;
    }
    if (encoding_ == Encoding::trace) {
      answers[i].frames = readers[i].frames();
      answers[i].max_depth = readers[i].max_depth();
      replay(questions[i], i, text, observer);
    }
    if (texts != nullptr) (*texts)[i] = std::move(text);
    if (observer.answered) observer.answered(i);
  };
  return writer_->run(prompts, answers, rule, ended);
}

void Answerer::replay(const Question& question, std::size_t index, std::span<const std::int32_t> text,
                      const MachineObserver& observer) {
  if (!observer.opened && !observer.closed) return;
  TraceEvents events;
  std::vector<std::size_t> open;  // ids
  std::size_t frames = 0;
  events.opened = [&](std::size_t depth, std::span<const std::int32_t> prompt) {
    if (observer.opened) {
      OpenedFrame frame;
      frame.question = index;
      frame.id = frames;
      if (!open.empty()) frame.parent = open.back();
      frame.depth = depth;
      frame.prompt = prompt;
      observer.opened(frame);
    }
    open.push_back(frames++);
  };
  events.closed = [&](std::size_t depth, const Frame& frame, bool complete) {
    const std::size_t id = open.back();
    open.pop_back();
    const std::size_t parent = open.empty() ? kNoFrame : open.back();
    if (observer.closed) {
      observer.closed({index, id, parent, depth, frame.tokens, frame.own, frame.prompt, complete, 0});
    }
  };
  TraceReader reader(question, events);
  for (const std::int32_t token : text) reader.next(token);
  reader.close_all();
}

std::size_t Answerer::state_bytes() const {
  return machine_ ? machine_->state_bytes() : writer_->state_bytes();
}

std::size_t Answerer::arena_bytes() const {
  return machine_ ? machine_->arena_bytes() : writer_->arena_bytes();
}

std::size_t Answerer::question_bytes() const {
  return state_bytes() * recursion_limit_;
}

}  // namespace trm::tasks
