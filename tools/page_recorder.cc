#include "tools/page_recorder.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <utility>

#include "tasks/interpreter/vocabulary.h"

namespace trm::cli {
namespace {

constexpr std::size_t kMostCalls = 5000, kMostFrames = 2000;

}  // namespace

void PageRecorder::listen(tasks::ProgramLog& log) {
  log.listen([this](const tasks::ProgramCall& call) { begin(call); },
             [this](const tasks::ProgramCall& call, const std::string& value) { end(call, value); });
}

MachineObserver PageRecorder::observer(MachineObserver log) {
  log.opened = [this, before = std::move(log.opened)](const OpenedFrame& frame) {
    if (before) before(frame);
    if (frames_.size() == kMostFrames) return;
    // A frame that is no call works for the one that it was opened by.
    const auto of = calls_of_.find(frame.continues != kNoFrame ? frame.continues : frame.parent);
    if (of != calls_of_.end()) calls_of_.emplace(frame.id, of->second);
  };
  log.closed = [this, before = std::move(log.closed)](const FrameRecord& frame) {
    if (before) before(frame);
    const auto of = calls_of_.find(frame.id);
    if (of == calls_of_.end() || !frame.complete) return;
    if (frames_.size() == kMostFrames) {
      page_.all_frames = false;
      return;
    }
    tasks::Frame& kept = frames_.emplace_back();
    kept.tokens.assign(frame.tokens.begin(), frame.tokens.end());
    kept.own.assign(frame.own.begin(), frame.own.end());
    kept.prompt = frame.prompt;
    of_frames_.push_back({frame.id, of->second});
  };
  return log;
}

Result<reports::ProgramPage> PageRecorder::page(const CausalNetwork<float>& network) && {
  Result<tasks::FrameScorer> scorer = tasks::FrameScorer::create(network);
  if (!scorer.ok()) return scorer.error();
  std::vector<const tasks::Frame*> asked;
  asked.reserve(frames_.size());
  for (const tasks::Frame& frame : frames_) asked.push_back(&frame);
  std::vector<std::vector<tasks::TokenScore>> scores;
  if (Status s = scorer->score(asked, scores); !s.ok()) return s.error();
  // Frames end from the inside out, and are read in the order in which they began.
  std::vector<std::size_t> order(frames_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return of_frames_[a].frame < of_frames_[b].frame; });
  page_.frames.reserve(order.size());
  for (const std::size_t i : order) page_.frames.push_back(shown(i, scores[i]));
  return std::move(page_);
}

reports::ProgramPageFrame PageRecorder::shown(std::size_t i, const std::vector<tasks::TokenScore>& scores) const {
  reports::ProgramPageFrame out;
  out.call = of_frames_[i].at;
  out.tokens.reserve(frames_[i].tokens.size());
  for (const tasks::Token token : frames_[i].tokens) {
    out.tokens.push_back({tasks::interpreter::to_text(std::span(&token, 1)), false, 1});
  }
  for (const tasks::TokenScore& score : scores) {
    out.tokens[score.at].own = true;
    out.tokens[score.at].probability = static_cast<double>(score.probability);
  }
  return out;
}

void PageRecorder::begin(const tasks::ProgramCall& call) {
  while (open_.size() > call.depth) {
    page_.calls[open_.back().at].goes_on = true;
    open_.pop_back();
  }
  if (page_.calls.size() == kMostCalls) {
    ++page_.left_out;
    return;
  }
  const std::size_t at = page_.calls.size();
  reports::ProgramPageCall out;
  out.text = call.text;
  out.line = question_.program.functions[call.function].line;
  out.parent = open_.empty() ? reports::ProgramPageCall::kNone : open_.back().at;
  out.last = at;
  out.remembered = call.by_memo;
  for (const Open& each : open_) page_.calls[each.at].last = at;
  page_.calls.push_back(std::move(out));
  if (call.by_memo) return;
  calls_of_.emplace(call.frame, at);
  open_.push_back({call.frame, at});
}

void PageRecorder::end(const tasks::ProgramCall& call, const std::string& value) {
  const auto at = std::find_if(open_.begin(), open_.end(), [&](const Open& each) { return each.frame == call.frame; });
  if (at == open_.end()) return;
  page_.calls[at->at].value = value;
  open_.erase(at, open_.end());
}

}  // namespace trm::cli
