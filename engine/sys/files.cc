#include "engine/sys/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <new>
#include <optional>
#include <system_error>

#include "engine/base/utf8.h"
#include "engine/sys/file_descriptor.h"
#include "engine/sys/foreign.h"
#include "engine/sys/input.h"
#include "engine/sys/memory.h"
#include "engine/sys/temporary_file.h"

namespace trm {
namespace {

constexpr const char* kNoStream = "name a file, or name /dev/stdout and lead that there with >";
constexpr const char* kNothingBeside = "cannot create a file beside it";

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Short writes go on where they stopped; the next call then tells the reason, if any.
Status write_all(int fd, const ByteSource& source, const std::string& path) {
  constexpr std::size_t kMaxWrite = std::size_t{1} << 30;  // Linux moves at most 2 GiB in one call
  for (;;) {
    const Result<std::span<const std::byte>> part = source();
    if (!part) return part.error();
    if (part->empty()) return {};
    for (std::size_t done = 0; done < part->size();) {
      const ssize_t n = write(fd, part->data() + done, std::min(part->size() - done, kMaxWrite));
      if (n > 0) {
        done += static_cast<std::size_t>(n);
      } else if (n == 0 || errno != EINTR) {
        return write_error(path, "cannot be written", n == 0 ? ENOSPC : errno);
      }
    }
  }
}

// Devices and what is open already (/dev/null, /dev/stdout) are written to, not replaced.
Status write_stream(const std::string& path, mode_t mode, const ByteSource& source) {
  const int given = named_descriptor(path);
  if (given < 0 && !S_ISCHR(mode)) {
    return kind_error(path, mode, kNoStream);
  }
  // A pipe that was opened for this program can be written without opening it again, a socket only so.
  FileDescriptor fd(given >= 0 ? fcntl(given, F_DUPFD_CLOEXEC, 0)
                               : open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd.valid()) return write_error(path, "cannot be opened for writing", errno);
  if (given < 0) fcntl(fd.get(), F_SETFL, 0);  // O_NONBLOCK was for opening
  if (Status s = write_all(fd.get(), source, path); !s) return s;
  if (const int error = fd.close(); error != 0) return write_error(path, "cannot be written", error);
  return {};
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
  const auto too_large = [&] {
    return Error{ErrorCode::bad_input, path, "", "is larger than " + std::to_string(limit) + " bytes",
                 "split it or name another file"};
  };
  std::string text;
  const auto add = [&](std::string_view piece) -> Status {
    if (piece.size() > limit - text.size()) return too_large();
    if (const std::size_t size = text.size() + piece.size(); size > text.capacity()) {
      // Twice as much, so that a text which comes in pieces is not copied for each.
      const std::size_t wanted = std::max(size, std::min(limit, 2 * text.capacity()));
      if (Status s = check_memory(wanted, path, ""); !s) return s;
      text.reserve(wanted);
    }
    text += piece;
    return {};
  };
  try {
    // The size is only a hint: what comes through a descriptor and files of /proc have none.
    struct stat info {};
    if (stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode)) {
      const auto size = static_cast<std::size_t>(info.st_size);
      if (size > limit) return too_large();
      if (Status s = check_memory(size, path, ""); !s) return std::move(s.error());
      text.reserve(size);
    }
    if (Status s = read_pieces(path, add); !s) return std::move(s.error());
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::io, path, "", "does not fit into memory", "split it or name another file"};
  }
  if (!text.empty()) {
    if (std::optional<Error> foreign = foreign_error(path, std::string_view(text))) return *std::move(foreign);
  }
  if (std::size_t bad = 0; !valid_utf8(text, &bad)) {
    return Error{ErrorCode::bad_input, path, "", "is not UTF-8 at byte " + std::to_string(bad), "save it as UTF-8"};
  }
  return text;
}

Status check_target(const std::string& path) {
  if (path.empty()) return Error{ErrorCode::usage, "", "path", "is empty", "name a file"};
  struct stat info {};
  const bool exists = stat(path.c_str(), &info) == 0;
  if (exists && S_ISDIR(info.st_mode)) return write_error(path, "cannot be written", EISDIR);
  if (exists && (S_ISCHR(info.st_mode) || named_descriptor(path) >= 0)) return {};
  if (exists && !S_ISREG(info.st_mode)) return kind_error(path, info.st_mode, kNoStream);
  if (path.back() == '/') return write_error(path, "cannot be written", EISDIR);
  struct stat link {};
  if (lstat(path.c_str(), &link) == 0 && S_ISLNK(link.st_mode)) return {};  // the folder is another one
  if (access((folder_of(path) + "/.").c_str(), W_OK | X_OK) != 0) return write_error(path, kNothingBeside, errno);
  return {};
}

Status write_atomic(const std::string& path, const ByteSource& source) {
  if (path.empty()) return Error{ErrorCode::usage, "", "path", "is empty", "name a file"};
  struct stat info {};
  const bool exists = stat(path.c_str(), &info) == 0;
  if (exists && S_ISDIR(info.st_mode)) return write_error(path, "cannot be written", EISDIR);
  if (exists && !S_ISREG(info.st_mode)) return write_stream(path, info.st_mode, source);
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
  TemporaryFile file = TemporaryFile::create(folder);
  if (!file.valid()) return write_error(path, kNothingBeside, errno);
  if (exists && fchmod(file.get(), info.st_mode & 07777) != 0) return write_error(path, "cannot keep its mode", errno);
  if (Status s = write_all(file.get(), source, path); !s) return s;
  if (fsync(file.get()) != 0) return write_error(path, "cannot be synced to the disk", errno);
  if (const int error = file.publish(target); error != 0) return write_error(path, "cannot be replaced", error);
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

}  // namespace trm
