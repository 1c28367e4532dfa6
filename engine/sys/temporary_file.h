// Files that are written beside their target, to be renamed over it once they are whole.
#pragma once

#include <string>

#include "engine/sys/file_descriptor.h"

namespace trm {

/// It is locked (flock) until it is published or removed, and the lock dies with its process: so others can tell a file
/// that is being written from one that a dead process left behind, whatever the process number in its name says.
class TemporaryFile {
 public:
  /// In `folder`, under a name that nothing had. What dead processes left there is removed first. valid() is false and
  /// errno tells where that failed.
  static TemporaryFile create(const std::string& folder);
  TemporaryFile(TemporaryFile&& other) noexcept;
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  /// Removes it unless it was published.
  ~TemporaryFile();

  [[nodiscard]] bool valid() const { return fd_.valid(); }
  [[nodiscard]] int get() const { return fd_.get(); }
  /// Closes it and renames it to `target`. 0 or the error number; then it is gone.
  int publish(const std::string& target);

 private:
  TemporaryFile(FileDescriptor fd, std::string name, void* entry);
  void remove();

  FileDescriptor fd_;
  std::string name_;
  void* entry_;  ///< null or of the list of files that this process is writing
};

/// Removes the temporary files that this process is writing, all threads. Safe in a signal handler, for a process that
/// is about to end.
void remove_live_temporaries();

}  // namespace trm
