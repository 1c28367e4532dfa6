#include <algorithm>

#include "engine/machine/machine_question.h"

namespace trm {

std::optional<std::vector<std::int32_t>> StreamView::flat() const {
  std::vector<std::int32_t> out;
  if (stream_ == nullptr || !Flattener().add(*stream_, end_of_part_, limit_, true, out)) return std::nullopt;
  return out;
}

StreamView QuestionRun::view(StreamRef& stream) const {
  return {stream.get(), core_.control.end_of_part, core_.options.max_stream_tokens};
}

std::optional<CallView> QuestionRun::view_of_call(MachineFrame& frame) {
  if (!frame.is_call) return std::nullopt;
  CallView out;
  if (frame.argument_count > 0) out.stream = frame.arguments[0].stream.get().given;
  const std::size_t size = frame.environment->size;
  for (std::size_t i = 0; i < size; ++i) views_[i] = view(frame.environment->streams[i]);
  out.environment = std::span<const StreamView>(views_).first(size);
  return out;
}

void QuestionRun::report_opened(MachineFrame& frame) {
  OpenedFrame opened;
  opened.question = index_;
  opened.id = frame.id;
  if (frame.parent != nullptr) opened.parent = frame.parent->id;
  opened.depth = frame.depth;
  opened.prompt = frame.prompt;
  opened.continues = frame.continues;
  const std::optional<CallView> call = view_of_call(frame);
  if (call) opened.call = &*call;
  core_.observer->opened(opened);
}

void QuestionRun::report_memo_hit(const MachineFrame& caller, MachineFrame& callee,
                                  std::span<const std::int32_t> value) {
  const std::optional<CallView> call = view_of_call(callee);
  core_.observer->memo_hit({index_, caller.id, callee.depth, callee.prompt, value, call ? &*call : nullptr});
}

void QuestionRun::report_closed(const MachineFrame& frame, bool complete) {
  if (!core_.observer->closed) return;
  FrameRecord record;
  record.question = index_;
  record.id = frame.id;
  if (frame.parent != nullptr) record.parent = frame.parent->id;
  record.depth = frame.depth;
  record.tokens = frame.text->tokens;
  record.own = frame.text->own;
  record.prompt = frame.prompt.size() + 1;
  record.complete = complete;
  record.elapsed_ns = core_.now - frame.opened_ns;
  core_.observer->closed(record);
}

}  // namespace trm
