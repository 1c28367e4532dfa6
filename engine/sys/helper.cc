#include "engine/sys/helper.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include "engine/sys/helper_keeper.h"

namespace trm {
namespace {

/// A descriptor that is none of the standard streams, which may be closed here and belong to the helper there.
FileDescriptor above_streams(int fd) {
  if (fd < 0 || fd > STDERR_FILENO) return FileDescriptor(fd);
  const FileDescriptor low(fd);
  return FileDescriptor(::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
}

struct Ends {
  FileDescriptor first, second;
  [[nodiscard]] bool valid() const { return first.valid() && second.valid(); }
};

Ends ends_of(std::array<int, 2> pair, int refused) {
  if (refused != 0) return {FileDescriptor(-1), FileDescriptor(-1)};
  // Both before either moves: a number that the first gives back could be the second's.
  FileDescriptor first = above_streams(pair[0]);
  FileDescriptor second = above_streams(pair[1]);
  return {std::move(first), std::move(second)};
}

Ends socket_pair(int type) {
  std::array<int, 2> pair{-1, -1};
  const int refused = ::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair.data());
  return ends_of(pair, refused);
}

Ends make_pipe() {
  std::array<int, 2> pair{-1, -1};
  const int refused = ::pipe2(pair.data(), O_CLOEXEC);
  return ends_of(pair, refused);
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

Error refusal(const std::string& name, int reason) {
  return Error{ErrorCode::unsupported, "", "", "cannot start " + name + ": " + std::generic_category().message(reason),
               refused_process_fix(reason)};
}

std::string seconds_text(std::chrono::milliseconds time) {
  const auto seconds = time.count() / 1000;
  return time.count() % 1000 == 0 ? std::to_string(seconds) + (seconds == 1 ? " second" : " seconds")
                                  : std::to_string(time.count()) + " ms";
}

std::string size_text(std::size_t bytes) {
  return bytes % (std::size_t{1} << 20) == 0 ? std::to_string(bytes >> 20) + " MiB" : std::to_string(bytes) + " bytes";
}

}  // namespace

std::string refused_process_fix(int error) {
  switch (error) {
    case EAGAIN:
      return "raise the limit of processes (ulimit -u; pids.max of the container), or end some";
    case ENOMEM:
      return "free some memory, or raise its limit (ulimit -v)";
    case EMFILE:
    case ENFILE:
      return "raise the limit of open files (ulimit -n)";
    default:
      return "";
  }
}

Result<Helper> Helper::start(const HelperCommand& command) {
  const std::string name = command.words.front().substr(command.words.front().rfind('/') + 1);
  Ends control = socket_pair(SOCK_SEQPACKET);
  // A socket, not a pipe: what is sent to a helper that is gone must not raise a signal here.
  Ends input = socket_pair(SOCK_STREAM);
  Ends output = make_pipe();
  if (!control.valid() || !input.valid() || !output.valid()) return refusal(name, errno);
  const FileDescriptor silence = above_streams(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  const std::vector<char*> words = pointers(command.words);
  const std::vector<char*> environment = pointers(command.environment);
  const KeeperOrders orders{control.second.get(), input.second.get(),
                            output.second.get(),  silence.get(),
                            words.data(),         command.environment.empty() ? ::environ : environment.data()};
  const pid_t keeper = ::fork();
  if (keeper == 0) keep_helper(orders);
  if (keeper < 0) return refusal(name, errno);
  control.second.close();
  input.second.close();
  output.second.close();
  Helper out(name, keeper, std::move(control.first), std::move(input.first), std::move(output.first));
  KeeperNews news;
  ssize_t size = 0;
  while ((size = ::recv(out.control_.get(), &news, sizeof news, 0)) < 0 && errno == EINTR) continue;
  if (size != static_cast<ssize_t>(sizeof news))
    return Error{ErrorCode::unsupported, "", "", "cannot start " + name + ": its keeper was killed", ""};
  if (news.kind != KeeperNews::started) return refusal(name, news.value);
  out.process_ = news.value;
  for (const int fd : {out.input_.get(), out.output_.get(), out.control_.get()})
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  return out;
}

Helper::Helper(Helper&& other) noexcept
    : name_(std::move(other.name_)),
      keeper_(std::exchange(other.keeper_, -1)),
      control_(std::move(other.control_)),
      input_(std::move(other.input_)),
      output_(std::move(other.output_)),
      process_(other.process_),
      unread_(std::move(other.unread_)),
      output_over_(other.output_over_),
      ended_(other.ended_),
      status_(other.status_) {}

Helper::~Helper() {
  if (keeper_ < 0) return;
  // Not only closed: a process that was forked meanwhile may hold the socket, too.
  ::shutdown(control_.get(), SHUT_RDWR);
  int ignored = 0;
  while (::waitpid(keeper_, &ignored, 0) < 0 && errno == EINTR) continue;
}

Error Helper::failed(const std::string& how) const {
  return Error{ErrorCode::io, "", "", name_ + " " + how, ""};
}

std::string Helper::how_it_ended() const {
  if (!ended_) return "closed its output";
  if (WIFSIGNALED(status_)) return "was killed by signal " + std::to_string(WTERMSIG(status_));
  return "ended with status " + std::to_string(WEXITSTATUS(status_));
}

bool Helper::receive() {
  std::array<char, 16384> buffer;
  const ssize_t got = ::read(output_.get(), buffer.data(), buffer.size());
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (got <= 0) {
    output_over_ = true;
    return false;
  }
  unread_.append(buffer.data(), static_cast<std::size_t>(got));
  return true;
}

void Helper::hear_keeper() {
  KeeperNews news;
  const ssize_t size = ::recv(control_.get(), &news, sizeof news, 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  ended_ = true;
  // A keeper that went without a word took the helper with it.
  status_ = size == static_cast<ssize_t>(sizeof news) ? news.value : SIGKILL;
}

void Helper::exchange(std::string_view& unsent, Clock::time_point deadline) {
  if (!unsent.empty()) {
    const ssize_t sent = ::send(input_.get(), unsent.data(), unsent.size(), MSG_NOSIGNAL);
    // Whoever reads no more may still print.
    if (sent < 0 && errno != EAGAIN && errno != EINTR) unsent = {};
    if (sent > 0) unsent.remove_prefix(static_cast<std::size_t>(sent));
    if (unsent.empty()) return;
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  std::array<pollfd, 3> waiting = {{{output_over_ ? -1 : output_.get(), POLLIN, 0},
                                    {unsent.empty() ? -1 : input_.get(), POLLOUT, 0},
                                    {ended_ ? -1 : control_.get(), POLLIN, 0}}};
  const auto most = std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, 1'000'000);
  if (::poll(waiting.data(), waiting.size(), static_cast<int>(most)) <= 0) return;
  if (waiting[0].revents != 0) receive();
  if (waiting[2].revents != 0) hear_keeper();
}

void Helper::wait_for_end(Clock::time_point deadline) {
  std::string_view nothing;
  while (!ended_ && Clock::now() < deadline) exchange(nothing, deadline);
}

Result<std::string> Helper::ask(std::string_view text, const HelperLimits& limits) {
  while (receive()) {
    if (unread_.size() > limits.output_bytes) break;
  }
  if (!unread_.empty()) return failed("printed something that was not asked for");
  const auto deadline = Clock::now() + limits.time;
  std::size_t searched = 0;
  for (;;) {
    if (const std::size_t end = unread_.find('\n', searched); end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    searched = unread_.size();
    if (unread_.size() > limits.output_bytes)
      return failed("printed more than " + size_text(limits.output_bytes) + " without a line end");
    if (ended_ && receive()) continue;
    if (ended_ || output_over_) {
      // The reason follows the end of the output closely, if there is one.
      wait_for_end(std::min(deadline, Clock::now() + std::chrono::seconds(1)));
      return failed(how_it_ended());
    }
    if (Clock::now() >= deadline) return failed("did not answer within " + seconds_text(limits.time));
    exchange(text, deadline);
  }
}

Result<std::string> Helper::finish(std::string_view text, const HelperLimits& limits) {
  const auto deadline = Clock::now() + limits.time;
  bool input_open = true;
  while (!ended_ || !output_over_) {
    if (text.empty() && std::exchange(input_open, false)) ::shutdown(input_.get(), SHUT_WR);
    exchange(text, deadline);
    if (unread_.size() > limits.output_bytes) return failed("printed more than " + size_text(limits.output_bytes));
    // Nobody is left who could print.
    if (ended_ && !output_over_ && !receive()) break;
    if (Clock::now() >= deadline && !ended_) return failed("took more than " + seconds_text(limits.time));
  }
  if (status_ != 0) return failed(how_it_ended());
  return std::move(unread_);
}

}  // namespace trm
