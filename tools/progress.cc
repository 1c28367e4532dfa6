#include "tools/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "engine/base/clock.h"
#include "engine/base/escape.h"
#include "tools/output.h"

namespace trm::cli {

ProgressBar::ProgressBar(std::string unit, std::size_t first, Elsewhere elsewhere)
    : unit_(std::move(unit)),
      first_(first),
      terminal_(::isatty(STDERR_FILENO) != 0),
      lines_(elsewhere == Elsewhere::lines),
      begin_(now_ns()),
      counted_(begin_),
      drawn_(begin_) {}

bool ProgressBar::due(std::size_t done, std::size_t total) {
  if (!terminal_ && !lines_) return false;
  const std::int64_t now = now_ns();
  const std::int64_t pause = terminal_ ? 100'000'000 : 5'000'000'000;
  if (now - drawn_ < pause && (total == 0 || done != total)) return false;
  drawn_ = now;
  return true;
}

void ProgressBar::draw(std::string_view label, std::size_t done, std::size_t total, std::string_view status) {
  constexpr std::size_t kWidth = 28;
  if (label != label_) {
    // The first label belongs to the start, whatever was done before it was shown.
    if (!label_.empty()) {
      first_ = done;
      counted_ = now_ns();
    }
    label_ = label;
  }
  std::string text = escaped(label);
  if (!text.empty()) text += ' ';
  if (!terminal_) {
    if (lines_) note(text + (total == 0 ? std::to_string(done) : fmt::format("{}/{}", done, total)));
    return;
  }
  if (total == 0) {
    text += std::to_string(done);
  } else {
    const std::size_t full = kWidth * std::min(done, total) / total;
    text += fmt::format("[{}{}] {}/{}", std::string(full, '#'), std::string(kWidth - full, '.'), done, total);
  }
  if (!status.empty()) text += "  " + escaped(status);
  const double rate = done > first_ ? static_cast<double>(done - first_) / seconds_since(counted_) : 0;
  if (rate > 0) {
    if (!unit_.empty()) text += fmt::format("  {:.1f} {}/s", rate, unit_);
    if (done < total) text += fmt::format("  {:.0f} s left", static_cast<double>(total - done) / rate);
  }
  redraw_error_line(fmt::format("{:{}}", text, width_));
  width_ = std::max(width_, text.size());
}

void ProgressBar::clear() {
  if (width_ > 0) {
    redraw_error_line(std::string(width_, ' '));
    redraw_error_line("");
  }
  width_ = 0;
}

void ProgressBar::finish() {
  if (width_ > 0) print_error("\n");
  width_ = 0;
}

double ProgressBar::seconds() const {
  return seconds_since(begin_);
}

}  // namespace trm::cli
