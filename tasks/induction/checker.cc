#include "tasks/induction/checker.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tasks/induction/induction.h"

namespace trm::tasks::induction {
namespace {

constexpr std::size_t most_bytes = 65536;

Error text_error(std::string message, std::string fix) {
  return Error{ErrorCode::bad_input, "", "proof", std::move(message), std::move(fix)};
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    out.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

std::unique_ptr<Checker> checker_of(std::string_view claim) {
  if (claim.starts_with("Claim: S(n)")) return sum_checker();
  if (claim.find(" divides D(n)") != std::string_view::npos) return divisibility_checker();
  return inequality_checker();
}

}  // namespace

Result<std::size_t> first_wrong_line(std::string_view text) {
  if (text.size() > most_bytes)
    return text_error("has " + std::to_string(text.size()) + " bytes", "write at most " + std::to_string(most_bytes));
  std::vector<std::string_view> lines = lines_of(text);
  if (lines[0] != instruction || lines.size() < 2)
    return text_error("does not begin with the question", "write \"" + std::string(instruction) + "\" and the proof");
  for (std::size_t number = 1; number < lines.size(); ++number) {
    const std::string prefix = std::to_string(number) + ". ";
    if (!lines[number].starts_with(prefix))
      return text_error("line " + std::to_string(number) + " does not begin with its number",
                        "begin it with \"" + prefix + "\"");
    lines[number].remove_prefix(prefix.size());
  }
  const std::unique_ptr<Checker> checker = checker_of(lines[1]);
  for (std::size_t number = 1; number < lines.size(); ++number)
    if (!checker->follows(lines[number])) return number;
  if (!checker->complete()) return text_error("ends before the step is done", "write all of it");
  return std::size_t{0};
}

bool verify(const Item& item, std::string_view answer) {
  const Result<std::size_t> wrong = first_wrong_line(item.prompt);
  if (!wrong) return false;
  return answer == (*wrong == 0 ? "valid" : std::to_string(*wrong));
}

}  // namespace trm::tasks::induction
