#include "bench/compare/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <vector>

#include "engine/base/clock.h"
#include "engine/sys/file_descriptor.h"
#include "engine/sys/helper.h"

namespace trm::bench {
namespace {

/// How often a system without pidfd_open() is asked whether the program has ended.
constexpr int kPollMs = 1;
/// How often somebody who asks to stop is noticed, at the latest.
constexpr int kStopPollMs = 100;
/// What a program gets to remove its files once it is asked to end.
constexpr std::int64_t kGrace = 2'000'000'000;

struct Pipe {
  FileDescriptor read{-1}, write{-1};
};

std::optional<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
  return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

[[noreturn]] void become(const ProcessOrder& order, pid_t parent, int output, int errors, int told) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  // What this program ignores, the measured one should not.
  for (const int number : {SIGPIPE, SIGXFSZ}) std::signal(number, SIG_DFL);
  const int silence = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(silence, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(errors, STDERR_FILENO);
  for (const auto& [name, value] : order.environment) ::setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> words;
  for (const std::string& word : order.words) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::execvp(words[0], words.data());
  const int reason = errno;
  const ssize_t sent = ::write(told, &reason, sizeof reason);
  ::_exit(sent == static_cast<ssize_t>(sizeof reason) ? 127 : 126);
}

/// Takes what is there. False: the other end is closed.
bool take(int fd, std::string& into, std::size_t most, bool keep_end) {
  std::array<char, 65536> buffer;
  const ssize_t got = ::read(fd, buffer.data(), buffer.size());
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) return false;
  into.append(buffer.data(), static_cast<std::size_t>(got));
  if (into.size() > 2 * most && keep_end) into.erase(0, into.size() - most);
  if (into.size() > most && !keep_end) into.resize(most + 1);
  return true;
}

std::string end_of(const std::string& text) {
  std::size_t end = text.find_last_not_of(" \n\r\t");
  if (end == std::string::npos) return "";
  std::string out = text.substr(0, end + 1);
  if (out.size() > kLastWords) out = "..." + out.substr(out.size() - kLastWords);
  return out;
}

std::int64_t nanoseconds(const timeval& time) {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::int64_t>(time.tv_usec) * 1000;
}

Error refused(const std::string& program, int reason) {
  return {ErrorCode::unsupported, "", "", "cannot start " + program + ": " + std::strerror(reason),
          refused_process_fix(reason)};
}

}  // namespace

Result<ProcessOutcome> run_measured(const ProcessOrder& order) {
  const std::string& program = order.words.front();
  std::optional<Pipe> output = make_pipe(), errors = make_pipe(), told = make_pipe();
  if (!output || !errors || !told) return refused(program, errno);
  const pid_t parent = ::getpid();
  const std::int64_t begin = now_ns();
  const pid_t child = ::fork();
  if (child < 0) return refused(program, errno);
  if (child == 0) become(order, parent, output->write.get(), errors->write.get(), told->write.get());
  ::setpgid(child, child);  // whoever comes first
  output->write.close();
  errors->write.close();
  told->write.close();
  for (const FileDescriptor* end : {&output->read, &errors->read})
    ::fcntl(end->get(), F_SETFL, ::fcntl(end->get(), F_GETFL) | O_NONBLOCK);
  int reason = 0;
  ssize_t size = 0;
  while ((size = ::read(told->read.get(), &reason, sizeof reason)) < 0 && errno == EINTR) continue;
  if (size == static_cast<ssize_t>(sizeof reason)) {
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) continue;
    return Error{ErrorCode::bad_input, program, "", std::string("cannot be run: ") + std::strerror(reason),
                 "name a program that you may run, by its path"};
  }

  ProcessOutcome out;
  // Through syscall(): the header of glibc 2.36 declares it for C alone.
  const FileDescriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  std::string words;
  std::int64_t asked = 0;
  bool output_open = true, errors_open = true, ended = false, late = false;
  while (!ended) {
    const std::int64_t left = order.timeout_ns == 0 ? -1 : order.timeout_ns - (now_ns() - begin);
    if (order.timeout_ns != 0 && left <= 0) {
      late = true;
      break;
    }
    if (!out.stopped && order.stop != nullptr && order.stop->load(std::memory_order_relaxed)) {
      out.stopped = true;
      asked = now_ns();
      ::kill(-child, SIGTERM);
    }
    if (out.stopped && now_ns() - asked > kGrace) break;
    std::array<pollfd, 3> waiting = {{{output_open ? output->read.get() : -1, POLLIN, 0},
                                      {errors_open ? errors->read.get() : -1, POLLIN, 0},
                                      {handle.get(), POLLIN, 0}}};
    int wait_ms = left < 0 ? -1 : static_cast<int>(std::min<std::int64_t>(left / 1'000'000 + 1, 1'000'000));
    if (order.stop != nullptr && (wait_ms < 0 || wait_ms > kStopPollMs)) wait_ms = kStopPollMs;
    if (!handle.valid()) wait_ms = kPollMs;
    if (::poll(waiting.data(), waiting.size(), wait_ms) < 0 && errno != EINTR) break;
    if (waiting[0].revents != 0) output_open = take(output->read.get(), out.output, kMostOutput, false);
    if (waiting[1].revents != 0) errors_open = take(errors->read.get(), words, 2 * kLastWords, true);
    siginfo_t info{};
    ended = ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == child;
  }
  out.wall_ns = now_ns() - begin;
  // Whatever it started and left behind would disturb the next run.
  ::kill(-child, SIGKILL);
  int status = 0;
  rusage usage{};
  while (::wait4(child, &status, 0, &usage) < 0 && errno == EINTR) continue;
  const auto drain = [](int fd, std::string& into, std::size_t most, bool keep_end) {
    for (std::size_t before = into.size() + 1; before != into.size() && into.size() <= most;) {
      before = into.size();
      if (!take(fd, into, most, keep_end)) break;
    }
  };
  drain(output->read.get(), out.output, kMostOutput, false);
  drain(errors->read.get(), words, 2 * kLastWords, true);
  if (out.output.size() > kMostOutput) out.output.clear();
  out.user_ns = nanoseconds(usage.ru_utime);
  out.system_ns = nanoseconds(usage.ru_stime);
  out.rss_peak_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
  out.last_words = end_of(words);
  if (out.stopped)
    out.failure = "was stopped";
  else if (late)
    out.failure = fmt::format("did not end within {:.3g} s", static_cast<double>(order.timeout_ns) / 1e9);
  else if (WIFSIGNALED(status))
    out.failure = fmt::format("was killed by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
  else if (WEXITSTATUS(status) != 0)
    out.failure = fmt::format("ended with status {}", WEXITSTATUS(status));
  return out;
}

}  // namespace trm::bench
