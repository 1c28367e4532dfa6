#include "tools/shipped.h"

#include <cstdlib>
#include <filesystem>
#include <set>
#include <system_error>

namespace trm::cli {
namespace {

namespace fs = std::filesystem;

/// Folders that may hold files of this kind, the nearest first.
std::vector<fs::path> places(const ShippedKind& kind) {
  const fs::path inside = fs::path("bench") / kind.folder;
  std::vector<fs::path> out;
  const char* root = std::getenv(std::string(kind.variable).c_str());
  if (root != nullptr && *root != '\0') {
    out.emplace_back(root);
    out.push_back(fs::path(root) / inside);
  }
  out.push_back(inside);
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  for (fs::path at = program.parent_path(); !at.empty(); at = at.parent_path()) {
    out.push_back(at / inside);
    if (at == at.root_path()) break;
  }
  out.push_back(fs::path(TRM_SHARE_DIR) / kind.folder);
  return out;
}

}  // namespace

Result<std::string> find_shipped(const ShippedKind& kind, const std::string& name) {
  std::error_code ignored;
  if (fs::exists(name, ignored) || name.find('/') != std::string::npos) return name;
  const std::string file = fs::path(name).extension() == kind.extension ? name : name + std::string(kind.extension);
  for (const fs::path& folder : places(kind)) {
    const fs::path place = folder / file;
    if (fs::is_regular_file(place, ignored)) return place.string();
  }
  const std::string noun(kind.noun), variable(kind.variable);
  return Error{ErrorCode::bad_input, name, "",
               "no " + noun + " of that name: no such file, and no " +
                   (fs::path("bench") / kind.folder / file).string() + " under " + variable +
                   ", this directory or the program's directory and its parents",
               "give the path of a " + noun + ", or set " + variable + " to the directory that holds " + file};
}

std::vector<std::string> list_shipped(const ShippedKind& kind) {
  std::set<std::string> names;
  for (const fs::path& folder : places(kind)) {
    std::error_code failed;
    for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
      if (at->path().extension() == kind.extension) names.insert(at->path().stem().string());
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace trm::cli
