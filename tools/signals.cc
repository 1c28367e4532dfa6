#include "tools/signals.h"

#include <signal.h>

#include <initializer_list>

#include "engine/sys/mapped_file.h"
#include "engine/sys/temporary_file.h"

namespace trm::cli {
namespace {

std::atomic<bool> g_stop{false};
std::atomic<int> g_number{0};  ///< of the signal that set g_stop

void ask_to_stop(int number) {
  g_number.store(number, std::memory_order_relaxed);
  g_stop.store(true, std::memory_order_relaxed);
}

// With SA_RESETHAND: the second time, as soon as this returns, the signal does what it does by default.
void clean_up(int number) {
  remove_live_temporaries();
  raise(number);
}

bool has_default(int number) {
  struct sigaction now {};
  return sigaction(number, nullptr, &now) == 0 && (now.sa_flags & SA_SIGINFO) == 0 && now.sa_handler == SIG_DFL;
}

void handle(int number, void (*handler)(int), int flags) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, nullptr);
}

}  // namespace

void clean_up_on_signals() {
  for (int number = 1; number <= SIGRTMAX; ++number) {
    bool ends = true;
    for (const int other : {SIGKILL, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT, SIGCHLD, SIGURG, SIGWINCH}) {
      ends = ends && number != other;
    }
    if (ends && has_default(number)) handle(number, clean_up, static_cast<int>(SA_RESETHAND));
  }
  survive_shrinking_files();
}

const std::atomic<bool>& stop_on_signals() {
  for (const int number : {SIGINT, SIGTERM}) handle(number, ask_to_stop, SA_RESTART);
  for (const int number : {SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU}) {
    struct sigaction now {};
    if (sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN) continue;
    handle(number, ask_to_stop, SA_RESTART);
  }
  return g_stop;
}

void end_as_stopped() {
  const int number = g_number.load(std::memory_order_relaxed);
  if (number == 0) return;
  remove_live_temporaries();
  handle(number, SIG_DFL, 0);
  raise(number);
}

}  // namespace trm::cli
