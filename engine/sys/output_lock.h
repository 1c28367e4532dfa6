// One writer for a folder whose files belong together.
#pragma once

#include <string>

#include "engine/base/status.h"
#include "engine/sys/file_descriptor.h"

namespace trm {

/// Holds a folder: a locked file in it (flock) says who writes there. The lock ends with its process, however that
/// ends; the file goes with the object.
class OutputLock {
 public:
  /// `folder` must exist. Error: another process, or another object of this one, holds it; the text names its process
  /// number and machine. Where files cannot be locked or made (some network and read-only systems) there is nothing to
  /// tell one writer from two: the folder is not held(), and whoever writes finds out what can be written.
  static Result<OutputLock> take(const std::string& folder);
  OutputLock(OutputLock&& other) noexcept;
  OutputLock(const OutputLock&) = delete;
  OutputLock& operator=(const OutputLock&) = delete;
  OutputLock& operator=(OutputLock&&) = delete;
  ~OutputLock();

  [[nodiscard]] bool held() const { return fd_.valid(); }

 private:
  OutputLock(FileDescriptor fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {}
  FileDescriptor fd_;
  std::string name_;
};

}  // namespace trm
