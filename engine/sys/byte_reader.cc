#include "engine/sys/byte_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace trm {

Result<ByteReader> ByteReader::open(const std::string& path) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!file.valid()) return open_error(path, errno);
  struct stat info {};
  if (fstat(file.get(), &info) != 0) return open_error(path, errno);
  // The size of anything else is not known beforehand.
  if (!S_ISREG(info.st_mode)) return kind_error(path, info.st_mode, "copy its content to a file");
  return ByteReader(std::move(file), static_cast<std::size_t>(info.st_size));
}

bool ByteReader::fill(std::span<std::byte> out) {
  errno = 0;
  if (!file_.valid()) {
    if (out.size() > memory_.size()) return false;
    std::copy_n(memory_.begin(), out.size(), out.begin());
    memory_ = memory_.subspan(out.size());
    return true;
  }
  while (!out.empty()) {
    const ssize_t n = ::read(file_.get(), out.data(), out.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    out = out.subspan(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace trm
