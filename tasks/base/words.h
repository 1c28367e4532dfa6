// Prompts as a person types them: a word, then numbers or a text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tasks/base/range.h"

namespace trm::tasks {

/// Longest line of JSON Lines in bytes, without its line break.
inline constexpr std::size_t kMaxLineBytes = std::size_t{1} << 20;

/// A number that a person types.
struct NumberField {
  std::string_view name;
  std::uint64_t least = 0, most = 0;
  std::uint64_t readable = 0;  ///< items may go up to here, if this is more than `most`
  bool trained = false;        ///< frames are trained on least..most, and that is the reason for the limits
};
/// readable: as above.
constexpr NumberField field_of(const Range& range, std::uint64_t readable = 0) {
  return {range.name, range.least, range.most, readable, true};
}

struct PromptForm {
  std::string_view word;                ///< "fact"
  std::span<const NumberField> fields;  ///< the numbers that follow
  std::size_t optional = 0;             ///< so many of the last fields are given all or not at all
  std::string_view example;             ///< "fact 12 3"
};

inline constexpr std::string_view kPromptBlanks = " \t\r\n";

/// Words separated by blanks. Error: longer than 4096 bytes, not UTF-8, no word.
Result<std::vector<std::string_view>> prompt_words(std::string_view prompt);

/// As many numbers as were given. Error: as above; another first word; a number missing, not decimal, with leading
/// zeros or out of range; words left over.
Result<std::vector<std::uint64_t>> read_numbers(std::string_view prompt, const PromptForm& form);

/// About a number of a prompt that is outside of its field's limits.
Error out_of_range(std::string_view prompt, const NumberField& field, std::string_view number);

/// "start with ..., as in ..." for errors.
std::string as_in(std::string what, std::string_view example);

/// The text in quotation marks, shortened and escaped().
std::string in_quotes(std::string_view text);
/// Decimal digits without leading zeros.
bool is_decimal(std::string_view text);

/// About a text that is no prompt; the caller says which.
Error bad_text(std::string field, std::string message, std::string fix);
/// "row 3, column 5": as people count, from 1.
std::string place_of(std::size_t row, std::size_t column);

Error prompt_error(std::string_view prompt, std::string field, std::string message, std::string fix);

}  // namespace trm::tasks
