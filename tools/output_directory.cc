#include "tools/output_directory.h"

#include <algorithm>

namespace trm::cli {
namespace {

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

}  // namespace trm::cli
