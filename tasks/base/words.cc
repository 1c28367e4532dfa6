#include "tasks/base/words.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>
#include <utility>

#include "engine/base/escape.h"
#include "engine/base/utf8.h"
#include "engine/sys/files.h"

namespace trm::tasks {
namespace {

constexpr std::size_t kMaxPromptBytes = 4096;

/// A decimal number of a prompt that fits into 64 bits.
Result<std::uint64_t> read_number(std::string_view prompt, const NumberField& field, std::string_view word,
                                  std::string_view example) {
  const std::string name(field.name);
  if (!is_decimal(word)) {
    const bool digits = std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (word.starts_with('-') && is_decimal(word.substr(1))) {
      return prompt_error(
          prompt, name, in_quotes(word) + " is below 0",
          as_in("write a number from " + std::to_string(field.least) + " to " + std::to_string(field.most), example));
    }
    return prompt_error(prompt, name, in_quotes(word) + (digits ? " has leading zeros" : " is not a natural number"),
                        as_in(digits ? "write the number without them" : "write decimal digits only", example));
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || value < field.least || value > std::max(field.most, field.readable)) {
    Error out = out_of_range(prompt, field, word);
    out.fix = as_in(std::move(out.fix), example);
    return out;
  }
  return value;
}

}  // namespace

bool is_decimal(std::string_view text) {
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t shown = 60;
  std::size_t used = 0;
  while (used < text.size() && used < shown) {
    const std::size_t length = utf8_length(text.substr(used));
    used += length == 0 ? 1 : length;
  }
  return '"' + escaped(text.substr(0, used)) + (used < text.size() ? "...\"" : "\"");
}

Error bad_text(std::string field, std::string message, std::string fix) {
  return Error{ErrorCode::bad_input, "", std::move(field), std::move(message), std::move(fix)};
}

std::string place_of(std::size_t row, std::size_t column) {
  return "row " + std::to_string(row + 1) + ", column " + std::to_string(column + 1);
}

Error prompt_error(std::string_view prompt, std::string field, std::string message, std::string fix) {
  return Error{ErrorCode::bad_input, "prompt " + in_quotes(prompt), std::move(field), std::move(message),
               std::move(fix)};
}

Error out_of_range(std::string_view prompt, const NumberField& field, std::string_view number) {
  const std::string limits = std::to_string(field.least) + " to " + std::to_string(field.most);
  return prompt_error(
      prompt, std::string(field.name),
      in_quotes(number) + " is out of range" + (field.trained ? ": frames are trained on " + limits : std::string()),
      "write a number from " + limits);
}

Result<std::vector<std::string_view>> prompt_words(std::string_view prompt) {
  if (prompt.size() > kMaxPromptBytes) {
    return prompt_error(prompt, "", "has " + std::to_string(prompt.size()) + " bytes",
                        "write at most " + std::to_string(kMaxPromptBytes));
  }
  if (!valid_utf8(prompt)) return prompt_error(prompt, "", "is not valid UTF-8", "write plain ASCII");
  std::vector<std::string_view> words;
  for (std::size_t at = prompt.find_first_not_of(kPromptBlanks); at != std::string_view::npos;) {
    const std::size_t stop = std::min(prompt.find_first_of(kPromptBlanks, at), prompt.size());
    words.push_back(prompt.substr(at, stop - at));
    at = prompt.find_first_not_of(kPromptBlanks, stop);
  }
  if (words.empty()) return prompt_error(prompt, "", "is empty", "write a question such as \"fact 12\" or \"fib 30\"");
  return words;
}

std::string as_in(std::string what, std::string_view example) {
  return std::move(what) + ", as in \"" + std::string(example) + "\"";
}

Result<std::vector<std::uint64_t>> read_numbers(std::string_view prompt, const PromptForm& form) {
  const Result<std::vector<std::string_view>> words = prompt_words(prompt);
  if (!words) return words.error();
  if ((*words)[0] != form.word) {
    return prompt_error(prompt, "first word", in_quotes((*words)[0]) + " is another function",
                        as_in("start with \"" + std::string(form.word) + "\"", form.example));
  }
  const std::size_t given = words->size() - 1, all = form.fields.size();
  if (given > all) {
    return prompt_error(prompt, "word " + std::to_string(all + 2), in_quotes((*words)[all + 1]) + " is too much",
                        as_in("write no more than " + std::to_string(all) + " numbers", form.example));
  }
  if (given < all && given != all - form.optional) {
    const NumberField& missing = form.fields[given];
    return prompt_error(prompt, std::string(missing.name), "is missing",
                        as_in(given > all - form.optional ? "write all start values or none"
                                                          : "write a number from " + std::to_string(missing.least) +
                                                                " to " + std::to_string(missing.most),
                              form.example));
  }
  std::vector<std::uint64_t> out;
  for (std::size_t i = 0; i < given; ++i) {
    const Result<std::uint64_t> value = read_number(prompt, form.fields[i], (*words)[i + 1], form.example);
    if (!value) return value.error();
    out.push_back(*value);
  }
  return out;
}

}  // namespace trm::tasks
