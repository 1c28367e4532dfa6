#include "bench/harness/prolog.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include "engine/sys/memory.h"
#include "tasks/words.h"

namespace trm::bench {

namespace {

constexpr int kPatience_ms = 60'000;
/// What questions that are terms are written with. A program holds a colon, a story a question mark.
constexpr std::string_view kTermCharacters = "abcdefghijklmnopqrstuvwxyz0123456789 (),.";

[[noreturn]] void become_swipl(const std::string& swipl, const std::string& program, int channel, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  const int silence = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  ::dup2(channel, STDIN_FILENO);
  ::dup2(channel, STDOUT_FILENO);
  ::dup2(silence, STDERR_FILENO);
  // -f none: no start-up file of the user's. --on-error=halt: a program that does not load ends the process.
  const char* words[] = {swipl.c_str(),   "-q",   "-f", "none", "--on-error=halt", "-g", "run", "-t", "halt",
                         program.c_str(), nullptr};
  ::execv(swipl.c_str(), const_cast<char* const*>(words));
  ::_exit(127);
}

bool send_all(int channel, std::string_view text) {
  while (!text.empty()) {
    // No signal: a process that ended is an error of its own.
    const ssize_t sent = ::send(channel, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

/// A text in double quotes on one line: what would end either, or stands for something else there, by its code.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    const bool plain = code >= ' ' && code != 0x7f && c != '"' && c != '\\';
    out += plain ? std::string(1, c) : fmt::format("\\x{:x}\\", code);
  }
  return out + "\"";
}

}  // namespace

std::string find_swipl() {
  const char* path = std::getenv("PATH");
  std::string_view left = path == nullptr ? "" : path;
  while (!left.empty()) {
    const std::size_t end = std::min(left.find(':'), left.size());
    const std::filesystem::path place = std::filesystem::path(left.substr(0, end)) / "swipl";
    std::error_code ignored;
    if (std::filesystem::is_regular_file(place, ignored) && ::access(place.c_str(), X_OK) == 0) return place.string();
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  return "";
}

std::string prolog_program(const std::string& folder, const tasks::Task& task) {
  const std::filesystem::path file = std::filesystem::path(folder) / (std::string(task.name()) + ".pl");
  std::error_code ignored;
  return std::filesystem::is_regular_file(file, ignored) ? file.string() : "";
}

std::string prolog_term(std::string_view prompt) {
  const std::size_t word = std::min(prompt.find_first_of(tasks::prompt_blanks), prompt.size());
  std::string out = std::string(prompt.substr(0, word)) + "(";
  const std::string_view rest = prompt.substr(std::min(word + 1, prompt.size()));
  if (rest.find_first_not_of(kTermCharacters) != std::string_view::npos) return out + quoted(rest) + ")";
  std::vector<char> closing;
  for (std::size_t i = word + 1; i < prompt.size(); ++i) {
    const char c = prompt[i];
    if (c == '(') {
      // Behind a name it holds arguments, elsewhere a tree.
      const bool arguments = std::isalpha(static_cast<unsigned char>(prompt[i - 1])) != 0;
      closing.push_back(arguments ? ')' : ']');
      out += arguments ? '(' : '[';
    } else if (c == ')' && !closing.empty()) {
      out += closing.back();
      closing.pop_back();
    } else if (c == '.') {
      out += "nil";
    } else if (c != ' ') {
      out += c;
    } else if (prompt[i - 1] != ',') {
      out += ',';
    }
  }
  return out + ")";
}

Result<PrologProcess> PrologProcess::start(const std::string& program) {
  const std::string swipl = find_swipl();
  if (swipl.empty()) {
    return Error{ErrorCode::unsupported, "", "prolog", "SWI-Prolog is not installed: there is no swipl in PATH",
                 "apt-get install swi-prolog-nox, or leave prolog out"};
  }
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return Error{ErrorCode::unsupported, program, "", fmt::format("cannot make a pipe: {}", std::strerror(errno)), ""};
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) become_swipl(swipl, program, ends[1], parent);
  const int reason = errno;
  ::close(ends[1]);
  if (child < 0) {
    ::close(ends[0]);
    return Error{ErrorCode::unsupported, program, "", fmt::format("cannot start swipl: {}", std::strerror(reason)),
                 "allow more processes and memory (ulimit -u, ulimit -v), or leave prolog out"};
  }
  PrologProcess out(program, child, ends[0]);
  // Loading takes longer than a question: it is over when the first answer is there.
  if (const Result<std::string> ready = out.version(); !ready.ok()) return ready.error();
  return out;
}

PrologProcess::PrologProcess(PrologProcess&& other) noexcept
    : program_(std::move(other.program_)),
      child_(std::exchange(other.child_, -1)),
      channel_(std::exchange(other.channel_, -1)),
      unread_(std::move(other.unread_)) {}

PrologProcess::~PrologProcess() {
  if (child_ < 0) return;
  ::close(channel_);
  // It may be in the middle of a question that takes hours.
  ::kill(child_, SIGKILL);
  int status = 0;
  while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) continue;
}

Error PrologProcess::failed(const std::string& how) const {
  return Error{ErrorCode::unsupported, program_, "", "swipl " + how, "run swipl on this file to see why"};
}

Result<std::string> PrologProcess::ask(const std::string& term) {
  if (!send_all(channel_, term + ".\n")) return failed("ended before the question " + term);
  for (;;) {
    if (const std::size_t end = unread_.find('\n'); end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    pollfd waiting{channel_, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, kPatience_ms);
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) return failed("did not answer " + term + " within a minute");
    char buffer[4096];
    const ssize_t size = ::recv(channel_, buffer, sizeof buffer, 0);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return failed("ended at the question " + term);
    unread_.append(buffer, static_cast<std::size_t>(size));
  }
}

Result<std::string> PrologProcess::version() {
  return ask("prolog_version");
}

std::size_t PrologProcess::rss_peak_bytes() const {
  return trm::rss_peak_bytes(child_);
}

}  // namespace trm::bench
