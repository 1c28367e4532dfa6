#include "tools/output.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

#include "engine/base/escape.h"
#include "engine/sys/file_descriptor.h"

namespace trm::cli {
namespace {

constexpr std::size_t kHeld = std::size_t{1} << 16;

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

/// Stands for the escape character in coloured text. The kernel's random bytes tell it from any text of others, so that
/// everything can be escaped as late as possible.
std::string_view colour_mark() {
  static const std::string mark = [] {
    constexpr std::size_t random_bytes = 16;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the system tells the address as a number
    const auto* random = reinterpret_cast<const char*>(::getauxval(AT_RANDOM));
    return "\x1b" + (random == nullptr ? std::string() : std::string(random, random_bytes));
  }();
  return mark;
}

/// What may go to a terminal.
std::string shown(std::string_view text, LineBreaks breaks) {
  const std::string_view mark = colour_mark();
  std::string out;
  for (;;) {
    const std::size_t at = mark.size() > 1 ? text.find(mark) : std::string_view::npos;
    out += escaped(text.substr(0, at), breaks);
    if (at == std::string_view::npos) return out;
    out += '\x1b';
    text.remove_prefix(at + mark.size());
  }
}

/// 0 or the errno. Waits so many milliseconds for a descriptor that does not block and takes nothing; -1: for ever.
int write_all(int fd, std::string_view text, int patience) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n >= 0) {
      text.remove_prefix(static_cast<std::size_t>(n));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return errno;
    pollfd waiting{fd, POLLOUT, 0};
    const int ready = ::poll(&waiting, 1, patience);
    if (ready == 0) return EAGAIN;
    if (ready < 0 && errno != EINTR) return errno;
  }
  return 0;
}

/// What cannot be written is lost: messages are best effort.
void write_error_stream(std::string_view text) {
  // A reader that does not keep up costs this much time once, not with every line.
  constexpr int patience_ms = 200;
  static bool stuck = false;
  stuck = write_all(STDERR_FILENO, text, stuck ? 0 : patience_ms) == EAGAIN;
}

struct Output {
  std::string held;
  int error = 0;
};

Output& output() {
  static Output out;
  return out;
}

}  // namespace

void keep_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is `fd`. What is opened as a path alone can be neither read nor written.
    if (::open("/", O_PATH | O_DIRECTORY) < 0) return;
  }
}

void print(std::string_view text, Flush flush) {
  static const bool terminal = ::isatty(STDOUT_FILENO) != 0;
  Output& out = output();
  if (out.error == 0) out.held += shown(text, LineBreaks::kept);
  if ((terminal || flush == Flush::now || out.held.size() >= kHeld) && !flush_output().ok()) throw OutputFailed{};
  if (out.error != 0) throw OutputFailed{};
}

void require_reader() {
  pollfd output_end{STDOUT_FILENO, 0, 0};  // errors are told without being asked for
  if (::poll(&output_end, 1, 0) <= 0 || (output_end.revents & POLLERR) == 0) return;
  struct stat info {};
  if (::fstat(STDOUT_FILENO, &info) != 0 || !(S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode))) return;
  if (output().error == 0) output().error = EPIPE;
  throw OutputFailed{};
}

Status flush_output() {
  Output& out = output();
  if (out.error == 0) out.error = write_all(STDOUT_FILENO, out.held, -1);
  out.held.clear();
  if (out.error == 0) return {};
  if (out.error == EBADF) {
    return Error{ErrorCode::io, "standard output", "", "cannot write: it is closed",
                 "give it a file, a pipe or /dev/null"};
  }
  return write_error("standard output", "cannot write", out.error);
}

int output_error() {
  return output().error;
}

void note(std::string_view line) {
  write_error_stream("trm: " + shown(line, LineBreaks::escaped) + "\n");
}

void print_error(std::string_view text) {
  write_error_stream(shown(text, LineBreaks::kept));
}

void redraw_error_line(std::string_view text) {
  write_error_stream("\r" + shown(text, LineBreaks::escaped));
}

std::string coloured(Stream stream, const char* code, std::string_view text) {
  const bool plain = colour_mark().size() == 1 || is_set("NO_COLOR") ||
                     (is_set("TERM") && std::string_view(std::getenv("TERM")) == "dumb") ||
                     ::isatty(stream == Stream::out ? STDOUT_FILENO : STDERR_FILENO) == 0;
  if (plain) return std::string(text);
  const std::string mark(colour_mark());
  return mark + "[" + code + "m" + std::string(text) + mark + "[0m";
}

}  // namespace trm::cli
