#include "tools/cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>

#include "engine/sys/files.h"
#include "tasks/ask/model_use.h"
#include "tasks/frames/frame.h"
#include "tools/shipped.h"

namespace trm::cli {
namespace {

/// Reads an option's text into a number, or an optional one.
template <class Number>
std::function<void(const std::string&)> number_reader(const std::string& name, Number& out, std::uint64_t min,
                                                      std::uint64_t max) {
  return [&out, name, min, max](const std::string& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < min || value > max) {
      throw CLI::ValidationError(name, fmt::format("\"{}\" is not a whole number from {} to {}", text, min, max));
    }
    out = value;
  };
}

}  // namespace

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

void add_number(CLI::App& app, const std::string& name, std::uint64_t& out, std::uint64_t min, std::uint64_t max,
                const std::string& help) {
  app.add_option_function<std::string>(name, number_reader(name, out, min, max), help)
      ->type_name("N")
      ->default_str(std::to_string(out))
      ->force_callback(false);
}

void add_number(CLI::App& app, const std::string& name, std::optional<std::uint64_t>& out, std::uint64_t min,
                std::uint64_t max, const std::string& help) {
  app.add_option_function<std::string>(name, number_reader(name, out, min, max), help)->type_name("N");
}

void add_seconds(CLI::App& app, const std::string& name, std::int64_t& out_ns, const std::string& help) {
  const auto read = [&out_ns, name](const std::string& text) {
    double seconds = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
    const bool good = error == std::errc{} && end == text.data() + text.size() && seconds >= 1e-9 && seconds <= 1e9;
    if (!good) {
      throw CLI::ValidationError(name, fmt::format("\"{}\" is no number of seconds above 0, up to 1000000000", text));
    }
    out_ns = static_cast<std::int64_t>(seconds * 1e9);
  };
  app.add_option_function<std::string>(name, read, help)->type_name("S");
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
