// What a person types: "WORD N" or "WORD N start values".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace trm::tasks {

struct PromptForm {
  std::string_view word;                     ///< "fact"
  std::span<const std::string_view> starts;  ///< names of the start values, all given or none
  std::string_view example;                  ///< "fact 12 3"
};

struct TypedPrompt {
  std::uint32_t n = 0;              ///< 0..99
  std::vector<std::string> starts;  ///< decimal, at most max_value_digits digits; empty: the classical function
};

/// Words separated by spaces or tabs. Error: longer than 4096 bytes, not UTF-8, no word.
Result<std::vector<std::string_view>> prompt_words(std::string_view prompt);

/// Error: as above; another first word; a number missing, not decimal, with leading zeros or too large; words left
/// over.
Result<TypedPrompt> read_typed_prompt(std::string_view prompt, const PromptForm& form);

/// The text in quotation marks, shortened, with bytes that are not printable ASCII or valid UTF-8 escaped.
std::string in_quotes(std::string_view text);
bool is_utf8(std::string_view text);
/// Decimal digits without leading zeros.
bool is_decimal(std::string_view text);

Error prompt_error(std::string_view prompt, std::string field, std::string message, std::string fix);

}  // namespace trm::tasks
