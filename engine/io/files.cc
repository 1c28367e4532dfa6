#include "engine/io/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <new>
#include <system_error>

#include "engine/base/utf8.h"
#include "engine/io/file_descriptor.h"

namespace trm {
namespace {

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// 0 or the error number. Short writes go on where they stopped; the next call then tells the reason, if any.
int write_all(int fd, const ByteSource& source) {
  constexpr std::size_t kMaxWrite = std::size_t{1} << 30;  // Linux moves at most 2 GiB in one call
  for (auto part = source(); !part.empty(); part = source()) {
    for (std::size_t done = 0; done < part.size();) {
      const ssize_t n = write(fd, part.data() + done, std::min(part.size() - done, kMaxWrite));
      if (n > 0) {
        done += static_cast<std::size_t>(n);
      } else if (n == 0) {
        return ENOSPC;
      } else if (errno != EINTR) {
        return errno;
      }
    }
  }
  return 0;
}

// Devices and pipes (/dev/null, /dev/stdout) are written to, not replaced.
Status write_stream(const std::string& path, const ByteSource& source) {
  FileDescriptor fd(open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd.valid()) return write_error(path, "cannot be opened for writing", errno);
  if (const int error = write_all(fd.get(), source); error != 0) return write_error(path, "cannot be written", error);
  if (const int error = fd.close(); error != 0) return write_error(path, "cannot be written", error);
  return {};
}

// A file of a name that nothing has yet, in `folder`. `name` receives it.
FileDescriptor create_temporary(const std::string& folder, std::string& name) {
  static std::atomic<unsigned> counter{0};
  for (int attempt = 0; attempt < 100; ++attempt) {
    name = folder + "/.trm-" + std::to_string(getpid()) + "-" + std::to_string(counter.fetch_add(1)) + ".tmp";
    FileDescriptor fd(open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (fd.valid() || errno != EEXIST) return fd;
  }
  return FileDescriptor(-1);
}

// Makes the rename last. File systems that cannot sync a folder, and folders that may be written but not read, are
// as good as they get.
int sync_folder(const std::string& folder) {
  FileDescriptor fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return 0;
  if (fsync(fd.get()) == 0 || errno == EINVAL || errno == ENOTSUP) return 0;
  return errno;
}

}  // namespace

Result<std::string> read_text(const std::string& path, std::size_t limit) {
  FileDescriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd.valid()) return open_error(path, errno);
  struct stat info {};
  if (fstat(fd.get(), &info) != 0) return open_error(path, errno);
  if (S_ISDIR(info.st_mode)) return open_error(path, EISDIR);
  const auto too_large = [&] {
    return Error{ErrorCode::bad_input, path, "", "is larger than " + std::to_string(limit) + " bytes",
                 "split it or name another file"};
  };
  if (S_ISREG(info.st_mode) && static_cast<std::uint64_t>(info.st_size) > limit) return too_large();
  // The size is only a hint: pipes and files of /proc have none.
  std::string text;
  try {
    if (S_ISREG(info.st_mode)) text.reserve(static_cast<std::size_t>(info.st_size) + 1);
    constexpr std::size_t kBlock = std::size_t{1} << 16;
    const auto block = std::make_unique<char[]>(kBlock);
    for (;;) {
      const ssize_t n = read(fd.get(), block.get(), kBlock);
      if (n < 0) {
        if (errno == EINTR) continue;
        return Error{ErrorCode::io, path, "", "cannot be read: " + std::generic_category().message(errno),
                     "check the disk and the path"};
      }
      if (n == 0) break;
      text.append(block.get(), static_cast<std::size_t>(n));
      if (text.size() > limit) return too_large();
    }
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::io, path, "", "does not fit into memory", "split it or name another file"};
  }
  if (std::size_t bad = 0; !valid_utf8(text, &bad)) {
    return Error{ErrorCode::bad_input, path, "", "is not UTF-8 at byte " + std::to_string(bad), "save it as UTF-8"};
  }
  return text;
}

Status write_atomic(const std::string& path, const ByteSource& source) {
  if (path.empty()) return Error{ErrorCode::usage, "", "path", "is empty", "name a file"};
  struct stat info {};
  const bool exists = stat(path.c_str(), &info) == 0;
  if (exists && S_ISDIR(info.st_mode)) return write_error(path, "cannot be written", EISDIR);
  if (exists && !S_ISREG(info.st_mode)) return write_stream(path, source);
  if (path.back() == '/') return write_error(path, "cannot be written", EISDIR);
  // A symbolic link stays: the file behind it is replaced.
  std::string target = path;
  struct stat link {};
  if (lstat(path.c_str(), &link) == 0 && S_ISLNK(link.st_mode)) {
    const std::unique_ptr<char, decltype(&std::free)> real(realpath(path.c_str(), nullptr), &std::free);
    if (real == nullptr) return write_error(path, "is a symbolic link that leads nowhere", errno);
    target = real.get();
  }

  const std::string folder = folder_of(target);
  std::string temporary;
  FileDescriptor fd = create_temporary(folder, temporary);
  if (!fd.valid()) return write_error(path, "cannot create a file beside it", errno);
  const auto give_up = [&](const char* what, int error) {
    fd.close();
    unlink(temporary.c_str());
    return write_error(path, what, error);
  };
  if (exists && fchmod(fd.get(), info.st_mode & 07777) != 0) return give_up("cannot keep its mode", errno);
  if (const int error = write_all(fd.get(), source); error != 0) return give_up("cannot be written", error);
  if (fsync(fd.get()) != 0) return give_up("cannot be synced to the disk", errno);
  if (const int error = fd.close(); error != 0) return give_up("cannot be written", error);
  if (rename(temporary.c_str(), target.c_str()) != 0) return give_up("cannot be replaced", errno);
  if (const int error = sync_folder(folder); error != 0) {
    return write_error(path, "is written, but its folder cannot be synced to the disk", error);
  }
  return {};
}

Status write_atomic(const std::string& path, std::span<const std::span<const std::byte>> parts) {
  std::size_t next = 0;
  return write_atomic(path, [&]() -> std::span<const std::byte> {
    while (next < parts.size() && parts[next].empty()) ++next;
    return next < parts.size() ? parts[next++] : std::span<const std::byte>{};
  });
}

Status write_atomic(const std::string& path, std::string_view text) {
  const std::span<const std::byte> part(reinterpret_cast<const std::byte*>(text.data()), text.size());
  return write_atomic(path, std::span(&part, 1));
}

void Hash::add(std::span<const std::byte> bytes) {
  for (const std::byte b : bytes) state_ = (state_ ^ static_cast<std::uint64_t>(b)) * 0x100000001b3;
}

std::string Hash::hex() const {
  std::string out(16, '0');
  for (std::size_t i = 0; i < 16; ++i) out[i] = "0123456789abcdef"[(state_ >> (60 - 4 * i)) & 15];
  return out;
}

std::string hash_hex(std::span<const std::byte> bytes) {
  Hash hash;
  hash.add(bytes);
  return hash.hex();
}

bool valid_utf8(std::string_view text, std::size_t* bad_offset) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text.substr(at));
    if (length == 0) {
      if (bad_offset != nullptr) *bad_offset = at;
      return false;
    }
    at += length;
  }
  return true;
}

}  // namespace trm
