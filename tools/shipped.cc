#include "tools/shipped.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <system_error>

namespace trm::cli {
namespace {

namespace fs = std::filesystem;

/// Does the folder belong to the administrator, the user, or whoever made the program? Above the program may be
/// folders, such as /tmp, where others put theirs.
bool trusted(const fs::path& folder) {
  struct stat info {
  }, program{};
  if (::stat(folder.c_str(), &info) != 0) return true;  // there is none
  if (info.st_uid == 0 || info.st_uid == ::geteuid()) return true;
  return ::stat("/proc/self/exe", &program) == 0 && info.st_uid == program.st_uid;
}

/// The source tree in which the program still is where meson built it; empty: it was copied or installed elsewhere, and
/// what lies above it has nothing to do with it.
fs::path source_root(const fs::path& program) {
  const fs::path built = TRM_BUILT_AT;
  if (built.empty()) return {};
  fs::path root = program;
  for (auto part = built.end(); part != built.begin(); root = root.parent_path()) {
    if (root.filename() != *--part) return {};
  }
  std::error_code ignored;
  return fs::is_regular_file(root / "meson.build", ignored) ? root : fs::path();
}

/// Folders that may hold files of this kind, the nearest first. Error: the variable names no folder.
Result<std::vector<fs::path>> places(const ShippedKind& kind) {
  const fs::path inside = fs::path("bench") / kind.folder;
  std::vector<fs::path> out;
  std::error_code failed;
  const char* named = std::getenv(std::string(kind.variable).c_str());
  if (named != nullptr && *named != '\0') {
    if (!fs::is_directory(named, failed)) {
      return Error{ErrorCode::bad_input, std::string(kind.variable), "", fmt::format("\"{}\" is no folder", named),
                   fmt::format("name the folder that holds each {}, or unset {}", kind.noun, kind.variable)};
    }
    out.emplace_back(named);
    out.push_back(fs::path(named) / inside);
  }
  const fs::path share = fs::path(TRM_SHARE_DIR) / kind.folder;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed).parent_path();
  if (program.empty()) {  // without /proc nobody knows where the program is
    out.push_back(share);
    return out;
  }
  const auto add = [&out](const fs::path& folder) {
    if (trusted(folder)) out.push_back(folder);
  };
  // The installed tree may have been moved as a whole.
  add((program / share.lexically_relative(TRM_BIN_DIR)).lexically_normal());
  if (const fs::path root = source_root(program); !root.empty()) add(root / inside);
  return out;
}

}  // namespace

Result<std::string> shipped_file(const ShippedKind& kind, const std::string& name) {
  const std::string file = fs::path(name).extension() == kind.extension ? name : name + std::string(kind.extension);
  const Result<std::vector<fs::path>> folders = places(kind);
  if (!folders.ok()) return folders.error();
  std::string searched;
  for (const fs::path& folder : *folders) {
    std::error_code ignored;
    const fs::path place = folder / file;
    if (fs::is_regular_file(place, ignored)) return place.string();
    searched += (searched.empty() ? "" : ", ") + folder.string();
  }
  if (searched.empty()) searched = "folders that belong to the program";
  return Error{
      ErrorCode::bad_input, name, "",
      fmt::format("no {} of that name: no such file, and no {} in {}", kind.noun, file, searched),
      fmt::format("give the path of a {}, or set {} to the folder that holds {}", kind.noun, kind.variable, file)};
}

Result<std::string> find_shipped(const ShippedKind& kind, const std::string& name) {
  std::error_code ignored;
  if (name.find('/') != std::string::npos) return name;
  const bool exists = fs::exists(name, ignored);
  if (exists && fs::path(name).extension() == kind.extension) return name;
  Result<std::string> shipped = shipped_file(kind, name);
  return !shipped.ok() && exists ? Result<std::string>(name) : shipped;
}

Result<std::vector<std::string>> list_shipped(const ShippedKind& kind) {
  const Result<std::vector<fs::path>> folders = places(kind);
  if (!folders.ok()) return folders.error();
  std::set<std::string> names;
  for (const fs::path& folder : *folders) {
    std::error_code failed;
    for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
      if (at->path().extension() == kind.extension) names.insert(at->path().stem().string());
    }
  }
  return std::vector<std::string>(names.begin(), names.end());
}

}  // namespace trm::cli
