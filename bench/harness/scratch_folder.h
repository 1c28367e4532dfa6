// A folder for what is needed while something is measured.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace trm::bench {

/// Made where $TMPDIR says, and gone with this object.
class ScratchFolder {
 public:
  /// Error (io): no folder can be made there.
  static Result<ScratchFolder> make(std::string_view name);
  ScratchFolder(ScratchFolder&& other) noexcept;
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit ScratchFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace trm::bench
