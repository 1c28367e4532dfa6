#include "engine/sys/helper_keeper.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace trm {
namespace {

void ignore_signal(int) {}

/// close_range() where the kernel has it.
void close_from(int first) {
  if (::close_range(static_cast<unsigned>(first), ~0U, 0) == 0) return;
  const long limit = ::sysconf(_SC_OPEN_MAX);
  for (int fd = first; fd < limit && fd < (1 << 16); ++fd) ::close(fd);
}

void tell(int control, KeeperNews::Kind kind, int value) {
  const KeeperNews news{kind, value};
  // Nobody may be left to hear it.
  ::send(control, &news, sizeof news, MSG_NOSIGNAL);
}

[[noreturn]] void become_helper(const KeeperOrders& orders, int told, pid_t keeper) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != keeper) ::_exit(1);
  // What this program ignores or blocks, the helper should not.
  for (const int signal : {SIGPIPE, SIGXFSZ, SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGCHLD, SIGUSR1, SIGUSR2})
    std::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::dup2(orders.input, STDIN_FILENO);
  ::dup2(orders.output, STDOUT_FILENO);
  if (orders.errors >= 0)
    ::dup2(orders.errors, STDERR_FILENO);
  else
    ::close(STDERR_FILENO);
  ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  ::execvpe(orders.words[0], orders.words, orders.environment);
  const int reason = errno;
  const bool sent = ::write(told, &reason, sizeof reason) == static_cast<ssize_t>(sizeof reason);
  ::_exit(sent ? 127 : 1);
}

/// Kills the children of this process; false: it has none that it can find.
bool kill_children() {
  const int list = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (list < 0) return false;
  std::array<char, 4096> text;
  const ssize_t size = ::read(list, text.data(), text.size());
  ::close(list);
  bool found = false;
  pid_t number = 0;
  for (ssize_t i = 0; i < size; ++i) {
    const char c = text[static_cast<std::size_t>(i)];
    if (c >= '0' && c <= '9') {
      number = number * 10 + (c - '0');
      continue;
    }
    if (number > 0 && ::kill(number, SIGKILL) == 0) found = true;
    number = 0;
  }
  return found;
}

/// Has the helper ended? It stays unreaped, so that no other process can have its number.
bool is_over(pid_t helper) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(helper), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == helper;
}

/// Ends the helper's process group, and then whoever left it: orphans become children of this process. Status of the
/// helper as of waitpid().
int end_all(pid_t helper) {
  ::kill(-helper, SIGKILL);
  int status = 0;
  ::waitpid(helper, &status, 0);
  constexpr int kRounds = 10'000;  // each ends one process at least
  for (int round = 0; round < kRounds; ++round) {
    pid_t gone = 0;
    while ((gone = ::waitpid(-1, nullptr, WNOHANG)) > 0) continue;
    if (gone < 0 || !kill_children()) break;
    ::waitpid(-1, nullptr, 0);
  }
  return status;
}

}  // namespace

[[noreturn]] void keep_helper(const KeeperOrders& orders) {
  // Signals that are meant for this program reach it; the keeper ends when this program does.
  ::setsid();
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  struct sigaction noticed {};
  noticed.sa_handler = ignore_signal;
  ::sigaction(SIGCHLD, &noticed, nullptr);

  std::array<int, 2> told{-1, -1};
  if (::pipe2(told.data(), O_CLOEXEC) != 0) {
    tell(orders.control, KeeperNews::refused, errno);
    ::_exit(1);
  }
  // Out of the way of the standard streams.
  const int told_by_helper = ::fcntl(told[1], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  const pid_t self = ::getpid();
  const pid_t helper = ::fork();
  if (helper == 0) become_helper(orders, told_by_helper, self);
  if (helper < 0) {
    tell(orders.control, KeeperNews::refused, errno);
    ::_exit(1);
  }
  const int from_helper = ::fcntl(told[0], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  ::dup2(orders.control, STDIN_FILENO);
  ::dup2(from_helper, STDOUT_FILENO);
  close_from(STDERR_FILENO);
  int reason = 0;
  ssize_t size = 0;
  while ((size = ::read(STDOUT_FILENO, &reason, sizeof reason)) < 0 && errno == EINTR) continue;
  if (size > 0) {
    tell(STDIN_FILENO, KeeperNews::refused, reason);
    end_all(helper);
    ::_exit(1);
  }
  tell(STDIN_FILENO, KeeperNews::started, helper);

  sigset_t but_children = all;
  ::sigdelset(&but_children, SIGCHLD);
  pollfd control{STDIN_FILENO, POLLIN, 0};
  while (!is_over(helper) && ::ppoll(&control, 1, nullptr, &but_children) <= 0) continue;
  const int status = end_all(helper);
  tell(STDIN_FILENO, KeeperNews::ended, status);
  ::_exit(0);
}

}  // namespace trm
