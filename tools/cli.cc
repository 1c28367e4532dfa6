#include "tools/cli.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "engine/sys/files.h"
#include "engine/sys/standard_input.h"
#include "tasks/ask/model_use.h"
#include "tasks/frames/frame.h"
#include "tools/shipped.h"

namespace trm::cli {

int exit_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage:
      return kUsage;
    case ErrorCode::diverged:
      return kFailed;
    case ErrorCode::bad_input:
    case ErrorCode::io:
    case ErrorCode::unsupported:
      break;
  }
  return kBadInput;
}

int report(const Error& error) {
  note(coloured(Stream::err, "31", "error: ") + error.text());
  return exit_status(error.code);
}

Result<std::string> find_model(const std::string& name) {
  return find_shipped(kShippedModels, name);
}

Result<simd::Selection> select_kernels(std::optional<simd::WeightType> asked) {
  const char* cap = std::getenv("TRM_ISA");
  const char* type = std::getenv("TRM_DTYPE");
  simd::WeightType weights = asked.value_or(simd::WeightType::automatic);
  if (!asked && type != nullptr && *type != '\0') {
    const std::optional<simd::WeightType> named = simd::parse_weight_type(type);
    if (!named) {
      return Error{ErrorCode::usage, "", "TRM_DTYPE", fmt::format("\"{}\" is no type of weights", type),
                   "use fp32, bf16, int8 or auto"};
    }
    weights = *named;
  }
  simd::Selection selection = simd::select_isa(cap == nullptr ? "" : cap, weights);
  if (selection.table == nullptr) return Error{ErrorCode::unsupported, "", "", selection.error, ""};
  return selection;
}

Status check_standard_input(std::initializer_list<NamedFile> files) {
  const char* reader = nullptr;
  for (const auto& [option, file] : files) {
    if (!is_standard_input(file)) continue;
    if (reader != nullptr) {
      return Error{ErrorCode::usage, "", option, fmt::format("names standard input, as {} does", reader),
                   "name a file for one of the two"};
    }
    reader = option;
  }
  return {};
}

Status check_page_file(const std::string& file) {
  if (file.empty()) return {};
  const std::filesystem::path place(file);
  const std::filesystem::path folder = place.has_parent_path() ? place.parent_path() : ".";
  std::error_code failed;
  const std::string fix = "name a file in a folder that you may write to";
  if (!std::filesystem::is_directory(folder, failed)) {
    return Error{ErrorCode::bad_input, file, "--html", "its folder does not exist", fix};
  }
  if (std::filesystem::is_directory(place, failed))
    return Error{ErrorCode::bad_input, file, "--html", "is a folder", fix};
  if (::access(folder.c_str(), W_OK | X_OK) == 0) return {};
  return Error{ErrorCode::bad_input, file, "--html", "its folder takes no files", fix};
}

Status write_result(const std::string& path, std::string_view text) {
  if (!path.empty()) return write_atomic(path, text);
  print(text);
  return {};
}

std::string duration_text(std::int64_t ns) {
  const double value = static_cast<double>(ns);
  if (value < 1e3) return fmt::format("{} ns", ns);
  if (value < 1e6) return fmt::format("{:.3g} us", value / 1e3);
  if (value < 1e9) return fmt::format("{:.3g} ms", value / 1e6);
  return fmt::format("{:.2f} s", value / 1e9);
}

std::string bytes_text(std::size_t bytes) {
  const double value = static_cast<double>(bytes);
  if (bytes < 1024) return fmt::format("{} B", bytes);
  if (bytes < (std::size_t{1} << 20)) return fmt::format("{:.1f} KiB", value / 0x1p10);
  if (bytes < (std::size_t{1} << 30)) return fmt::format("{:.1f} MiB", value / 0x1p20);
  return fmt::format("{:.1f} GiB", value / 0x1p30);
}

}  // namespace trm::cli
