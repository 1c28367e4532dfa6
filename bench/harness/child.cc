#include "bench/harness/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <exception>
#include <string>

#include "engine/sys/helper.h"

namespace trm::bench {

namespace {

enum class MessageKind : std::uint64_t { progress, result, failure };

struct Header {
  MessageKind kind;
  std::uint64_t size;  ///< bytes that follow; of progress: the number itself
};

bool write_all(int fd, const void* data, std::size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t n = ::write(fd, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

/// False at the end of the pipe.
bool read_all(int fd, void* data, std::size_t size) {
  char* at = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t n = ::read(fd, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

/// The parts of an error, each ended by a zero byte.
std::string pack(const Error& error) {
  std::string out(1, static_cast<char>(error.code));
  for (const std::string* part : {&error.file, &error.field, &error.message, &error.fix})
    out.append(part->c_str(), part->size() + 1);
  return out;
}

Error unpack(const std::string& text) {
  Error out;
  if (text.empty()) return out;
  out.code = static_cast<ErrorCode>(text[0]);
  std::size_t at = 1;
  for (std::string* part : {&out.file, &out.field, &out.message, &out.fix}) {
    const std::size_t end = text.find('\0', at);
    if (end == std::string::npos) break;
    *part = text.substr(at, end - at);
    at = end + 1;
  }
  return out;
}

Result<Bytes> run_guarded(const std::function<Result<Bytes>(const Progress&)>& work, const Progress& progress) {
  try {
    return work(progress);
  } catch (const std::exception& error) {  // out of memory, mostly
    return Error{ErrorCode::unsupported, "", "", std::string("a measurement failed: ") + error.what(), ""};
  }
}

[[noreturn]] void run_child(int out, const std::function<Result<Bytes>(const Progress&)>& work) {
  // Small writes to a pipe are atomic, so threads need no lock for their progress.
  const Progress progress = [out](std::size_t done) {
    const Header header{MessageKind::progress, done};
    write_all(out, &header, sizeof header);
  };
  const Result<Bytes> result = run_guarded(work, progress);
  const std::string failure = result.ok() ? "" : pack(result.error());
  const Header header{result.ok() ? MessageKind::result : MessageKind::failure,
                      result.ok() ? result->size() : failure.size()};
  const void* data = result.ok() ? static_cast<const void*>(result->data()) : failure.data();
  const bool sent = write_all(out, &header, sizeof header) && write_all(out, data, header.size);
  // Neither the parent's buffered output nor its destructors belong to this process.
  ::_exit(sent ? 0 : 1);
}

std::string how_it_died(int status) {
  if (WIFSIGNALED(status)) return fmt::format("was killed by signal {}", WTERMSIG(status));
  return fmt::format("ended with status {} before it had a result", WEXITSTATUS(status));
}

}  // namespace

Result<Bytes> run_in_child(const std::function<Result<Bytes>(const Progress&)>& work, const Progress& progress) {
  const auto refused = [](const char* what) {
    const int reason = errno;
    return Error{ErrorCode::unsupported, "", "", fmt::format("cannot {}: {}", what, std::strerror(reason)),
                 refused_process_fix(reason)};
  };
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return refused("make a pipe");
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) {
    const Error error = refused("start a process");
    ::close(ends[0]);
    ::close(ends[1]);
    return error;
  }
  if (child == 0) {
    ::close(ends[0]);
    // Ends with its parent, whatever ends the parent; which may have happened already.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    run_child(ends[1], work);
  }
  ::close(ends[1]);
  Result<Bytes> result = Error{ErrorCode::unsupported, "", "", "", "free some memory, or lower --threads"};
  bool complete = false;
  Header header{};
  while (!complete && read_all(ends[0], &header, sizeof header)) {
    if (header.kind == MessageKind::progress) {
      if (progress) progress(static_cast<std::size_t>(header.size));
      continue;
    }
    Bytes body(header.size);
    if (!read_all(ends[0], body.data(), body.size())) break;
    complete = true;
    if (header.kind == MessageKind::result) {
      result = std::move(body);
    } else {
      result = unpack(std::string(reinterpret_cast<const char*>(body.data()), body.size()));
    }
  }
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (!complete) result.error().message = "a measuring process " + how_it_died(status);
  return result;
}

}  // namespace trm::bench
