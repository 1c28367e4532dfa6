#include <algorithm>
#include <optional>
#include <string>

#include "tasks/base/words.h"
#include "tasks/recursion/induction/checker.h"
#include "tasks/recursion/induction/induction.h"
#include "tasks/recursion/induction/statement.h"

namespace trm::tasks::induction {
namespace {

constexpr std::size_t kMostBytes = 65536;

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(kPromptBlanks), text.size());
  const std::size_t end = text.find_last_not_of(kPromptBlanks);
  return text.substr(begin, end == std::string_view::npos ? 0 : end + 1 - begin);
}

/// Digits of "12. " at the beginning.
std::size_t numbering(std::string_view line) {
  const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
  return digits > 0 && line.substr(digits).starts_with(". ") ? digits : 0;
}

}  // namespace

Result<std::vector<std::string>> read_proof(std::string_view text) {
  if (text.size() > kMostBytes)
    return bad_text("proof", "has " + std::to_string(text.size()) + " bytes",
                    "write at most " + std::to_string(kMostBytes));
  std::vector<std::string> out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find_first_of(";\n", begin), text.size());
    std::string_view line = trimmed(text.substr(begin, end - begin));
    begin = end + 1;
    if (line.empty()) continue;
    const std::string number = std::to_string(out.size() + 1);
    if (const std::size_t digits = numbering(line); digits > 0) {
      if (line.substr(0, digits) != number)
        return bad_text("proof", "line " + number + " is numbered " + std::string(line.substr(0, digits)),
                        "number lines from 1, or not at all");
      line.remove_prefix(digits + 2);
    }
    out.emplace_back(line);
  }
  if (out.empty()) return bad_text("proof", "is empty", "write its lines, with ; between them");
  return out;
}

Result<std::size_t> first_wrong_line(const std::vector<std::string>& proof) {
  const Subject subject = subject_of(proof[0]);
  const std::unique_ptr<Checker> checker = checker_of(subject);
  std::optional<Statement::Kind> last;
  for (std::size_t i = 0; i < proof.size(); ++i) {
    const std::optional<Statement> line = read_statement(subject, proof[i]);
    if (!line || !may_follow(subject, last, line->kind)) return i + 1;
    const std::optional<bool> follows = checker->follows(*line);
    if (!follows) {
      return bad_text("line " + std::to_string(i + 1), in_quotes(proof[i]) + " is beyond exact algebra",
                      "write smaller numbers and powers, as in tasks/README.md");
    }
    if (!*follows) return i + 1;
    last = line->kind;
  }
  if (!may_end(subject, *last)) return bad_text("proof", "ends before the step is done", "write all of it");
  return std::size_t{0};
}

}  // namespace trm::tasks::induction
