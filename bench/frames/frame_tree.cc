#include "bench/frames/frame_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "tasks/ask/answer_text.h"
#include "tasks/frames/frame.h"

namespace trm::bench {
namespace {

/// Frames deeper than this are shown on the way to a wrong one alone.
constexpr int kDeepest = 16;
/// Of a longer way, the frames shown at its two ends.
constexpr std::size_t kFirstOfWay = 4, kLastOfWay = 8;
/// Tokens shown of each part of a frame.
constexpr std::size_t kShownTokens = 160;

/// Tokens `begin` to `end`; what the machine appended is in brackets. Of a long piece the beginning, or the end.
std::string written_text(const FrameRecord& frame, std::size_t begin, std::size_t end, bool keep_end) {
  std::string out;
  if (end - begin > kShownTokens) {
    const std::size_t cut = end - begin - kShownTokens;
    if (keep_end) {
      begin += cut;
      out = fmt::format("({} tokens left out)", cut);
    } else {
      return written_text(frame, begin, end - cut, false) + fmt::format(" ({} tokens left out)", cut);
    }
  }
  for (std::size_t i = begin; i < end; ++i) {
    const bool given = frame.own[i] == 0;
    out += out.empty() ? "" : " ";
    if (given && (i == begin || frame.own[i - 1] != 0)) out += "[";
    out += tasks::to_text(frame.tokens.subspan(i, 1));
    if (given && (i + 1 == end || frame.own[i + 1] != 0)) out += "]";
  }
  return out;
}

/// What the frame wrote, split at its first wrong token.
void describe(const FrameRecord& frame, reports::CallFrame& out) {
  const std::size_t size = frame.tokens.size();
  std::size_t wrong = size;
  const Result<std::optional<std::size_t>> judged = tasks::first_wrong_token(frame.tokens);
  if (judged.ok()) {
    wrong = std::min(judged->value_or(size), size);
  } else {
    out.note = "no right answer exists: " + judged.error().message;
  }
  out.written = written_text(frame, std::min(frame.prompt, wrong), wrong, true);
  if (wrong < size) {
    out.wrong = tasks::to_text(frame.tokens.subspan(wrong, 1));
    out.rest = written_text(frame, wrong + 1, size, false);
  }
  if (frame.complete) {
    out.value = tasks::outcome_text(frame);
  } else {
    out.note += (out.note.empty() ? "" : "; ") + std::string("cut off");
  }
  out.own_tokens = static_cast<std::uint64_t>(std::count(frame.own.begin(), frame.own.end(), std::uint8_t{1}));
  out.elapsed_ns = static_cast<double>(std::max<std::int64_t>(frame.elapsed_ns, 0));
}

/// Which frames of a tree are shown.
class Choice {
 public:
  Choice(const std::vector<reports::CallFrame>& frames, std::size_t limit)
      : frames_(frames), limit_(limit), kept_(frames.size(), false), on_way_(frames.size(), false) {}

  void keep_way_to(std::size_t frame) {
    std::vector<std::size_t> way;  // from the frame up
    for (std::size_t i = frame;; i = parent(i)) {
      way.push_back(i);
      if (i == 0) break;
    }
    for (std::size_t k = 0; k < way.size(); ++k) {
      on_way_[way[k]] = true;
      if (k < kLastOfWay || k + kFirstOfWay >= way.size()) keep(way[k]);
    }
  }
  /// Callees of the frames that are shown by now.
  void keep_neighbours() {
    const std::vector<bool> shown = kept_;
    for (std::size_t i = 1; i < frames_.size() && count_ < limit_; ++i) {
      if (shown[parent(i)]) keep(i);
    }
  }
  void keep_others() {
    for (std::size_t i = 0; i < frames_.size() && count_ < limit_; ++i) {
      if ((i == 0 || kept_[parent(i)]) && frames_[i].depth <= kDeepest) keep(i);
    }
  }
  [[nodiscard]] std::vector<reports::CallFrame> frames() const {
    std::vector<reports::CallFrame> out;
    std::vector<std::size_t> place(frames_.size());  // of a frame, or of the nearest caller that is shown
    for (std::size_t i = 0; i < frames_.size(); ++i) {
      const std::size_t above = i == 0 ? 0 : place[parent(i)];
      if (!kept_[i]) {
        place[i] = above;
        if (!on_way_[i]) ++out[above].hidden;  // depths tell how many callers are left out
        continue;
      }
      place[i] = out.size();
      out.push_back(frames_[i]);
      out.back().parent = i == 0 ? -1 : static_cast<int>(above);
    }
    return out;
  }

 private:
  [[nodiscard]] std::size_t parent(std::size_t i) const { return static_cast<std::size_t>(frames_[i].parent); }
  void keep(std::size_t i) {
    if (!kept_[i]) ++count_;
    kept_[i] = true;
  }

  const std::vector<reports::CallFrame>& frames_;
  std::size_t limit_;
  std::vector<bool> kept_, on_way_;
  std::size_t count_ = 0;
};

}  // namespace

reports::CallFrame& FrameTree::add(std::size_t parent, std::size_t depth, std::span<const std::int32_t> prompt) {
  reports::CallFrame& frame = frames_.emplace_back();
  const auto caller = places_.find(parent);
  frame.parent = caller == places_.end() ? -1 : static_cast<int>(caller->second);
  frame.depth = static_cast<int>(depth);
  frame.prompt = tasks::readable(prompt);
  return frame;
}

MachineObserver FrameTree::observer() {
  MachineObserver out;
  out.opened = [this](const OpenedFrame& opened) {
    add(opened.parent, opened.depth, opened.prompt);
    places_[opened.id] = frames_.size() - 1;
  };
  out.memo_hit = [this](const MemoHit& hit) {
    reports::CallFrame& frame = add(hit.parent, hit.depth, hit.prompt);
    frame.value = "= " + tasks::readable(hit.value);
    frame.note = "seen before";
  };
  out.closed = [this](const FrameRecord& record) {
    const auto at = places_.find(record.id);
    if (at == places_.end()) return;  // never ran
    describe(record, frames_[at->second]);
    if (wrong_ == kNoFrame && !frames_[at->second].wrong.empty()) wrong_ = at->second;
  };
  return out;
}

std::vector<reports::CallFrame> FrameTree::shortened(std::size_t limit) const {
  if (frames_.empty()) return {};
  Choice choice(frames_, limit);
  choice.keep_way_to(wrong_ == kNoFrame ? 0 : wrong_);
  choice.keep_neighbours();
  choice.keep_others();
  return choice.frames();
}

}  // namespace trm::bench
