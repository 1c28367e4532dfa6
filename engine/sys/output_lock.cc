#include "engine/sys/output_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <string_view>
#include <thread>
#include <utility>

#include "engine/base/utf8.h"
#include "engine/sys/files.h"

namespace trm {
namespace {

constexpr const char* kName = "/.trm-lock";

std::string this_process() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0 || host[0] == '\0') host = {"unknown"};
  return "process " + std::to_string(getpid()) + " on " + host.data();
}

/// What the holder of the lock wrote into the file; it may be about to.
std::string holder(int fd) {
  for (int attempt = 0; attempt < 20; ++attempt) {
    std::array<char, 512> text{};
    const ssize_t n = pread(fd, text.data(), text.size(), 0);
    std::string_view line(text.data(), n > 0 ? static_cast<std::size_t>(n) : 0);
    line = line.substr(0, line.find('\n'));
    const bool plain = line.find_first_of(std::string_view("\0\x1b\x7f", 3)) == std::string_view::npos;
    if (line.starts_with("process ") && plain && valid_utf8(line)) return std::string(line);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return "another process";
}

int open_lock(const char* name) {
  constexpr int kHow = O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW;
  const int fd = open(name, O_RDWR | O_CREAT | kHow, 0666);
  return fd >= 0 ? fd : open(name, O_RDONLY | kHow);  // another user's may be locked without being written
}

bool same_file(int fd, const std::string& name) {
  struct stat open_one {};
  struct stat named {};
  return fstat(fd, &open_one) == 0 && stat(name.c_str(), &named) == 0 && open_one.st_dev == named.st_dev &&
         open_one.st_ino == named.st_ino;
}

}  // namespace

OutputLock::OutputLock(OutputLock&& other) noexcept = default;

OutputLock::~OutputLock() {
  if (held()) unlink(name_.c_str());  // before the lock is free: afterwards it may be somebody else's
}

Result<OutputLock> OutputLock::take(const std::string& folder) {
  const std::string name = folder + kName;
  for (;;) {
    FileDescriptor fd(open_lock(name.c_str()));
    if (!fd.valid()) return OutputLock(FileDescriptor(-1), name);
    if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) return OutputLock(FileDescriptor(-1), name);
      return Error{ErrorCode::io, folder, "", "is being written by " + holder(fd.get()),
                   "wait until that ends, or write to another directory"};
    }
    // The holder before may have removed the file between opening and locking.
    if (!same_file(fd.get(), name)) continue;
    const std::string line = this_process() + "\n";
    // Without room the lock still holds; only its text is missing.
    if (ftruncate(fd.get(), 0) != 0 || pwrite(fd.get(), line.data(), line.size(), 0) < 0) errno = 0;
    return OutputLock(std::move(fd), name);
  }
}

}  // namespace trm
