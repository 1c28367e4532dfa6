#include "tools/output_directory.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

namespace trm::cli {
namespace {

namespace fs = std::filesystem;

/// What is wrong with a name for a folder; empty: nothing.
std::string fault_of(const std::string& name) {
  if (name.empty()) return "is empty";
  if (name == "." || name == "..") return "is \"" + name + "\"";
  if (name.find('/') != std::string::npos) return "holds a slash";
  if (name.front() == '-') return "begins with a hyphen";
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
  // U+0080 to U+009F are C2 80 to C2 9F.
  const auto control = std::adjacent_find(
      name.begin(), name.end(), [](unsigned char a, unsigned char b) { return a == 0xC2 && b >= 0x80 && b <= 0x9F; });
  if (std::any_of(name.begin(), name.end(), is_control) || control != name.end()) return "holds a control character";
  if (name.size() > 255) return "has " + std::to_string(name.size()) + " bytes, more than a folder's name may have";
  return "";
}

}  // namespace

Result<std::string> output_directory(const std::string& out, const std::string& name, const std::string& file) {
  if (!out.empty()) return out;
  if (const std::string fault = fault_of(name); !fault.empty()) {
    return Error{ErrorCode::bad_input, file, "name", fault + ", so it is no name for a folder in out/",
                 "rename it, or say with --out where to write"};
  }
  return "out/" + name;
}

Status check_output_file(const std::string& path, const std::string& flag) {
  Error error{ErrorCode::io, path, flag, "", "name a file in a folder that you may write to"};
  std::error_code failed;
  const fs::path parent = fs::path(path).parent_path(), folder = parent.empty() ? fs::path(".") : parent;
  if (!fs::is_directory(folder, failed))
    error.message = "there is no folder " + folder.string();
  else if (fs::is_directory(path, failed))
    error.message = "is a folder";
  else if (::access(folder.c_str(), W_OK | X_OK) != 0)
    error.message = std::generic_category().message(errno);
  return error.message.empty() ? Status() : Status(error);
}

Status check_output_folder(const std::string& path, const std::string& flag) {
  Error error{ErrorCode::io, path, flag, "", "name a folder that you own"};
  std::error_code failed;
  // What is not there yet is made in the nearest folder that is.
  fs::path nearest = fs::absolute(path, failed).lexically_normal();
  while (!fs::exists(nearest, failed) && nearest.has_relative_path()) nearest = nearest.parent_path();
  if (!fs::is_directory(nearest, failed))
    error.message = nearest.string() + " is no folder";
  else if (::access(nearest.c_str(), W_OK | X_OK) != 0)
    error.message = nearest.string() + ": " + std::generic_category().message(errno);
  return error.message.empty() ? Status() : Status(error);
}

}  // namespace trm::cli
