#include "tasks/puzzles/arc/name.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "tasks/base/words.h"

namespace trm::tasks::arc {
namespace {

constexpr std::string_view kTrmSeparator = "|||";
constexpr std::string_view kHrmSeparator = "_";
constexpr std::size_t kMaxIdBytes = 100;

/// "t3" and "0213456789".
std::optional<Augmentation> read_augmentation(std::string_view symmetry, std::string_view colours) {
  if (symmetry.size() != 2 || symmetry[0] != 't' || symmetry[1] < '0' || symmetry[1] > '7') return std::nullopt;
  if (colours.size() != kColourCount || colours[0] != '0') return std::nullopt;
  Augmentation out;
  out.symmetry = static_cast<std::uint32_t>(symmetry[1] - '0');
  for (std::size_t i = 0; i < kColourCount; ++i) {
    const char digit = colours[i];
    if (digit < '0' || digit > '9' || colours.find(digit) != i) return std::nullopt;
    out.colours[i] = static_cast<std::uint8_t>(digit - '0');
  }
  return out;
}

/// The copy's name, if it is one whose parts are divided in this way.
std::optional<PuzzleName> read_copy(std::string_view name, std::string_view separator) {
  const std::size_t second = name.rfind(separator);
  if (second == std::string_view::npos || second == 0) return std::nullopt;
  const std::size_t first = name.rfind(separator, second - 1);
  if (first == std::string_view::npos || first == 0) return std::nullopt;
  const std::size_t symmetry = first + separator.size();
  if (symmetry > second) return std::nullopt;
  const auto augmentation =
      read_augmentation(name.substr(symmetry, second - symmetry), name.substr(second + separator.size()));
  if (!augmentation) return std::nullopt;
  return PuzzleName{std::string(name.substr(0, first)), false, *augmentation};
}

}  // namespace

std::string write_name(const PuzzleName& name, NameStyle style) {
  if (name.original) return name.task;
  const std::string separator(style == NameStyle::trm ? kTrmSeparator : kHrmSeparator);
  std::string out = name.task + separator + 't' + std::to_string(name.augmentation.symmetry) + separator;
  for (const std::uint8_t image : name.augmentation.colours) out += static_cast<char>('0' + image);
  return out;
}

Result<PuzzleName> read_name(std::string_view name) {
  for (const std::string_view separator : {kTrmSeparator, kHrmSeparator})
    if (const auto copy = read_copy(name, separator)) return *copy;
  if (name.empty() || name.find(kTrmSeparator) != std::string_view::npos) {
    return Error{ErrorCode::bad_input, "", "puzzle " + in_quotes(name), "is no name of an ARC puzzle",
                 "write a task's id, or TASK|||tN|||DIGITS with N from 0 to 7 and a permutation of the ten digits that "
                 "starts with 0"};
  }
  return PuzzleName{std::string(name), true, {}};
}

Status check_id(const std::string& id) {
  const auto wrong = [&id](std::string message) {
    return Error{ErrorCode::bad_input, "", "task " + in_quotes(id), std::move(message), "rename the task"};
  };
  if (id.empty()) return wrong("has an empty id");
  if (id.size() > kMaxIdBytes) return wrong("has an id of more than " + std::to_string(kMaxIdBytes) + " bytes");
  if (!std::all_of(id.begin(), id.end(), [](char c) { return c >= ' ' && c <= '~'; }))
    return wrong("has an id that is not printable ASCII");
  const Result<PuzzleName> name = read_name(id);
  if (!name || !name->original) return wrong("has an id that reads as the name of a copy");
  return {};
}

}  // namespace trm::tasks::arc
