#include "tools/training.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <string>

namespace trm::cli {
namespace {

std::atomic<bool> g_stop{false};

void ask_to_stop(int) {
  g_stop.store(true, std::memory_order_relaxed);
}

}  // namespace

const std::atomic<bool>& stop_on_signals() {
  std::signal(SIGINT, ask_to_stop);
  std::signal(SIGTERM, ask_to_stop);
  return g_stop;
}

bool TrainingBar::due(std::size_t step) {
  static const bool terminal = ::isatty(STDERR_FILENO) != 0;
  const auto now = Clock::now();
  if (!terminal || (now - drawn_ < std::chrono::milliseconds(100) && step != steps_)) return false;
  drawn_ = now;
  return true;
}

void TrainingBar::draw(std::size_t step, std::string_view status, std::string_view rates) {
  constexpr std::size_t kWidth = 28;
  const double rate = static_cast<double>(step - first_) / seconds();
  const std::size_t full = kWidth * step / steps_;
  fmt::print(stderr, "\r[{}{}] {}/{}  {}  {:.1f} steps/s  {}{:.0f} s left   ", std::string(full, '#'),
             std::string(kWidth - full, '.'), step, steps_, status, rate, rates,
             static_cast<double>(steps_ - step) / rate);
  drew_ = true;
}

void TrainingBar::clear() const {
  if (drew_) fmt::print(stderr, "\r{:120}\r", "");
}

void TrainingBar::finish() const {
  if (drew_) fmt::print(stderr, "\n");
}

double TrainingBar::seconds() const {
  return std::chrono::duration<double>(Clock::now() - begin_).count();
}

}  // namespace trm::cli
