#include "bench/harness/scratch_folder.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace trm::bench {

namespace fs = std::filesystem;

Result<ScratchFolder> ScratchFolder::make(std::string_view name) {
  std::error_code failed;
  std::string path = (fs::temp_directory_path(failed) / (std::string(name) + "-XXXXXX")).string();
  if (failed || ::mkdtemp(path.data()) == nullptr) {
    return Error{ErrorCode::io, "TMPDIR", "", "no folder can be made there",
                 "set TMPDIR to a folder that you may write to"};
  }
  return ScratchFolder(std::move(path));
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace trm::bench
