#include "reports/format.h"

#include <array>
#include <charconv>
#include <cmath>
#include <span>

#include "engine/base/utf8.h"

namespace trm::reports {
namespace {

/// A number and its unit stay on one line: no-break space.
constexpr std::string_view kGap = "\u00A0";

struct Scale {
  double factor;
  const char* unit;
};

std::string scaled(double value, std::span<const Scale> scales) {
  const Scale* best = &scales.front();
  for (const Scale& scale : scales) {
    // 0.9995 keeps "1000 ns" from standing where "1.00 µs" should.
    if (std::abs(value) >= scale.factor * 0.9995) best = &scale;
  }
  const double shown = value / best->factor;
  const double size = std::abs(shown);
  const bool whole = shown == std::floor(shown) && size < 10000;
  const int decimals = whole ? 0 : size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
  return fixed_number(shown, decimals) + std::string(kGap) + best->unit;
}

constexpr std::array<Scale, 4> kNanoseconds = {{{1, "ns"}, {1e3, "µs"}, {1e6, "ms"}, {1e9, "s"}}};
constexpr std::array<Scale, 4> kSeconds = {{{1e-3, "ms"}, {1, "s"}, {60, "min"}, {3600, "h"}}};
constexpr std::array<Scale, 4> kBytes = {{{1, "B"}, {1024, "KiB"}, {1048576, "MiB"}, {1073741824, "GiB"}}};

std::string plain(double value) {
  if (!std::isfinite(value)) return "n/a";
  if (value >= 0 && value < 9e15 && (value == std::floor(value) || value >= 999.5)) {
    return grouped(static_cast<std::uint64_t>(std::llround(value)));
  }
  const double size = std::abs(value);
  if (size != 0 && (size < 1e-4 || size >= 1e15)) return exact_number(value);
  return fixed_number(value, size < 0.1 ? 4 : size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
}

/// The text before and after the last gap: number and unit.
std::pair<std::string, std::string> split_unit(const std::string& text) {
  const std::size_t cut = text.rfind(kGap);
  if (cut == std::string::npos) return {text, ""};
  return {text.substr(0, cut), text.substr(cut)};
}

std::string range(const std::string& low, const std::string& high) {
  const auto [low_number, low_unit] = split_unit(low);
  const auto [high_number, high_unit] = split_unit(high);
  return (low_unit == high_unit ? low_number : low) + "–" + high;
}

}  // namespace

std::string exact_number(double value) {
  if (!std::isfinite(value)) return "n/a";
  std::array<char, 64> buffer;
  const auto done = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return std::string(buffer.data(), done.ptr);
}

std::string fixed_number(double value, int decimals) {
  if (!std::isfinite(value)) return "n/a";
  std::array<char, 512> buffer;  // the longest double in fixed notation has 309 digits before the point
  const auto done =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals);
  return std::string(buffer.data(), done.ptr);
}

std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string short_count(double value) {
  constexpr std::array<std::pair<double, const char*>, 3> kUnits = {{{1e12, "T"}, {1e9, "B"}, {1e6, "M"}}};
  for (const auto& [unit, name] : kUnits) {
    if (value >= unit) return exact_number(value / unit) + name;
  }
  return exact_number(value);
}

std::string percent(double ratio) {
  if (!std::isfinite(ratio)) return "n/a";
  const std::string unit = std::string(kGap) + "%";
  if (ratio == 0) return "0" + unit;
  if (ratio == 1) return "100" + unit;
  const double shown = ratio * 100;
  if (ratio > 0 && ratio < 1) {
    if (shown >= 99.995) return ">99.99" + unit;
    if (shown < 0.005) return "<0.01" + unit;
    if (shown >= 99.95 || shown < 0.05) return fixed_number(shown, 2) + unit;
  }
  return fixed_number(shown, 1) + unit;
}

std::string percent_range(double low, double high) {
  return range(percent(low), percent(high));
}

std::string human(double value, std::string_view unit) {
  if (!std::isfinite(value)) return "n/a";
  if (unit == "ratio") return percent(value);
  if (unit == "ns") return scaled(value, kNanoseconds);
  if (unit == "s") return scaled(value, kSeconds);
  if (unit == "bytes") return scaled(value, kBytes);
  if (unit == "1/s") return plain(value) + std::string(kGap) + "/s";
  if (unit.empty() || unit == "count") return plain(value);
  return plain(value) + std::string(kGap) + std::string(unit);
}

std::string human_range(double low, double high, std::string_view unit) {
  return range(human(low, unit), human(high, unit));
}

std::string metric_title(std::string_view metric) {
  for (std::string_view unit : {"_ns", "_bytes", "_s"}) {
    if (metric.ends_with(unit) && !metric.ends_with("_per_s")) {
      metric.remove_suffix(unit.size());
      break;
    }
  }
  std::string out(metric);
  for (char& c : out) {
    if (c == '_') c = ' ';
  }
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

std::string identifier(std::string_view text) {
  std::string out;
  for (char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    out += plain ? c : '-';
  }
  return out;
}

std::string clean_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto first = static_cast<unsigned char>(text[0]);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      text.remove_prefix(1);
      continue;
    }
    // C1 controls are 0xC2 0x80 to 0xC2 0x9F.
    const bool control = (length == 1 && ((first < 0x20 && first != '\t' && first != '\n') || first == 0x7F)) ||
                         (length == 2 && first == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0);
    if (!control) out += text.substr(0, length);
    text.remove_prefix(length);
  }
  return out;
}

std::string escape_html(std::string_view text) {
  std::string out;
  for (char c : clean_text(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace trm::reports
