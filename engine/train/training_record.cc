#include "engine/train/training_record.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <span>
#include <string_view>

#include "engine/base/hash.h"
#include "engine/sys/files.h"

namespace trm {
namespace {

template <class Number>
bool read_number(std::string_view text, int base, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

std::map<std::string, std::string> TrainingRecord::entries() const {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(digest));
  std::string ends;
  for (const std::size_t end : stage_ends) ends += (ends.empty() ? "" : " ") + std::to_string(end);
  return {{kDigestKey, text}, {kStageEndsKey, ends}};
}

std::optional<TrainingRecord> TrainingRecord::read(const std::map<std::string, std::string>& entries) {
  const auto digest = entries.find(kDigestKey), ends = entries.find(kStageEndsKey);
  TrainingRecord out;
  if (digest == entries.end() || ends == entries.end() || digest->second.size() != 16 ||
      !read_number(digest->second, 16, out.digest)) {
    return std::nullopt;
  }
  for (std::string_view rest = ends->second; !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    std::size_t end = 0;
    if (!read_number(word, 10, end) || (!out.stage_ends.empty() && end <= out.stage_ends.back())) return std::nullopt;
    out.stage_ends.push_back(end);
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  }
  return out;
}

std::string training_key(std::string_view config) {
  if (config.empty()) return "";
  // Canonical text has a line for each field, indented by its depth.
  std::string kept;
  while (!config.empty()) {
    const std::string_view line = config.substr(0, config.find('\n'));
    config.remove_prefix(std::min(config.size(), line.size() + 1));
    if (line.starts_with("  \"seed\":") || line.starts_with("  \"name\":")) continue;
    kept += std::string(line) + "\n";
  }
  return hash_hex(std::as_bytes(std::span(kept.data(), kept.size())));
}

}  // namespace trm
