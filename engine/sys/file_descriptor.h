// An open file that closes itself, and the error text for one that cannot be opened.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "engine/base/status.h"

namespace trm {

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  FileDescriptor& operator=(FileDescriptor&&) = delete;
  ~FileDescriptor() { close(); }

  [[nodiscard]] bool valid() const { return fd_ >= 0; }
  [[nodiscard]] int get() const { return fd_; }
  /// 0 or the error number: some file systems report a failed write only here. Linux frees the descriptor even then.
  int close() {
    const int fd = std::exchange(fd_, -1);
    if (fd < 0 || ::close(fd) == 0 || errno == EINTR) return 0;
    return errno;
  }

 private:
  int fd_;
};

Error kind_error(const std::string& path, mode_t mode, std::string fix);

/// The error for a file that open() or fstat() refused with `error`.
inline Error open_error(const std::string& path, int error) {
  if (path.empty()) return Error{ErrorCode::usage, "", "path", "is empty", "name a file"};
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return Error{ErrorCode::io, path, "", "does not exist", "check the path"};
    case EISDIR:
      return Error{ErrorCode::io, path, "", "is a directory", "name a file in it"};
    case EACCES:
    case EPERM:
      return Error{ErrorCode::io, path, "", "may not be read: " + std::generic_category().message(error),
                   "change its permissions (chmod +r)"};
    case ENXIO: {  // a socket cannot be opened at all
      struct stat info {};
      if (::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))
        return kind_error(path, info.st_mode, "copy its content to a file");
    }
      [[fallthrough]];
    default:
      return Error{ErrorCode::io, path, "", "cannot be opened: " + std::generic_category().message(error),
                   "check the path"};
  }
}

/// The error for something of another kind (st_mode) in place of a regular file.
inline Error kind_error(const std::string& path, mode_t mode, std::string fix) {
  if (S_ISDIR(mode)) return open_error(path, EISDIR);
  const char* const kind = S_ISFIFO(mode)   ? "a pipe"
                           : S_ISSOCK(mode) ? "a socket"
                           : S_ISCHR(mode)  ? "a character device"
                                            : "a block device";
  return Error{ErrorCode::bad_input, path, "", std::string("is not a regular file but ") + kind, std::move(fix)};
}

/// What to do about the errno of a write.
inline const char* write_fix(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "free some space or write to another disk";
    case EFBIG:
      return "raise the file size limit (ulimit -f)";
    case ENOENT:
    case ENOTDIR:
      return "create the folder first";
    case EACCES:
    case EPERM:
    case EROFS:
      return "write to a folder that you may change";
    case ENAMETOOLONG:
      return "use a shorter path";
    case EISDIR:
      return "name a file, not a folder";
    default:
      return "check the disk and the path";
  }
}

/// The error for a file or stream that refused with `error` what `what` says.
inline Error write_error(const std::string& path, const char* what, int error) {
  return Error{ErrorCode::io, path, "", std::string(what) + ": " + std::generic_category().message(error),
               write_fix(error)};
}

}  // namespace trm
