#include "tools/training.h"

#include <csignal>

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

}  // namespace trm::cli
