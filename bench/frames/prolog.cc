#include "bench/frames/prolog.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cctype>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <utility>
#include <vector>

#include "engine/sys/memory.h"
#include "tasks/base/words.h"

namespace trm::bench {

namespace {

/// Loading takes a tenth of a second, a question much less.
constexpr HelperLimits kStartLimits{std::chrono::seconds(20), std::size_t{1} << 20};
constexpr HelperLimits kQuestionLimits{std::chrono::seconds(60), std::size_t{1} << 20};
constexpr std::string_view kVersion = "SWI-Prolog ";
constexpr std::size_t kShown = 200;  // bytes of a question or an answer in an error
/// What questions that are terms are written with. A program holds a colon, a story a question mark.
constexpr std::string_view kTermCharacters = "abcdefghijklmnopqrstuvwxyz0123456789 (),.";

/// A text in double quotes on one line: what would end either, or stands for something else there, by its code.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    const bool plain = code >= ' ' && code != 0x7f && c != '"' && c != '\\';
    out += plain ? std::string(1, c) : fmt::format("\\x{:x}\\", code);
  }
  return out + "\"";
}

}  // namespace

std::string find_swipl() {
  const char* path = std::getenv("PATH");
  std::string_view left = path == nullptr ? "" : path;
  while (!left.empty()) {
    const std::size_t end = std::min(left.find(':'), left.size());
    const std::filesystem::path place = std::filesystem::path(left.substr(0, end)) / "swipl";
    std::error_code ignored;
    if (std::filesystem::is_regular_file(place, ignored) && ::access(place.c_str(), X_OK) == 0) return place.string();
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  return "";
}

std::string prolog_program(const std::string& folder, const tasks::Task& task) {
  const std::filesystem::path file = std::filesystem::path(folder) / (std::string(task.name()) + ".pl");
  std::error_code ignored;
  return std::filesystem::is_regular_file(file, ignored) ? file.string() : "";
}

std::string prolog_term(std::string_view prompt) {
  const std::size_t word = std::min(prompt.find_first_of(tasks::kPromptBlanks), prompt.size());
  std::string out = std::string(prompt.substr(0, word)) + "(";
  const std::string_view rest = prompt.substr(std::min(word + 1, prompt.size()));
  if (rest.find_first_not_of(kTermCharacters) != std::string_view::npos) return out + quoted(rest) + ")";
  std::vector<char> closing;
  for (std::size_t i = word + 1; i < prompt.size(); ++i) {
    const char c = prompt[i];
    if (c == '(') {
      // Behind a name it holds arguments, elsewhere a tree.
      const bool arguments = std::isalpha(static_cast<unsigned char>(prompt[i - 1])) != 0;
      closing.push_back(arguments ? ')' : ']');
      out += arguments ? '(' : '[';
    } else if (c == ')' && !closing.empty()) {
      out += closing.back();
      closing.pop_back();
    } else if (c == '.') {
      out += "nil";
    } else if (c != ' ') {
      out += c;
    } else if (prompt[i - 1] != ',') {
      out += ',';
    }
  }
  return out + ")";
}

Result<PrologProcess> PrologProcess::start(const std::string& program) {
  const std::string swipl = find_swipl();
  if (swipl.empty()) {
    return Error{ErrorCode::unsupported, "", "prolog", "SWI-Prolog is not installed: there is no swipl in PATH",
                 "apt-get install swi-prolog-nox, or leave prolog out"};
  }
  // -f none: no start-up file of the user's. --on-error=halt: a program that does not load ends the process.
  Result<Helper> helper =
      Helper::start({{swipl, "-q", "-f", "none", "--on-error=halt", "-g", "run", "-t", "halt", program}, {}});
  if (!helper.ok()) {
    Error error = helper.error();
    if (error.fix.empty()) error.fix = "allow more processes and memory (ulimit -u, ulimit -v), or leave prolog out";
    return error;
  }
  PrologProcess out(program, *std::move(helper));
  // Loading is over when the first answer is there.
  const Result<std::string> version = out.ask("prolog_version", kStartLimits);
  if (!version.ok()) return version.error();
  if (!version->starts_with(kVersion)) {
    return out.failed(fmt::format("says \"{}\" where its version should be", version->substr(0, kShown)));
  }
  out.version_ = *version;
  return out;
}

Error PrologProcess::failed(const std::string& how) const {
  return Error{ErrorCode::unsupported, program_, "", "swipl " + how,
               "run swipl on this file to see why, or leave prolog out"};
}

Result<std::string> PrologProcess::ask(const std::string& term, const HelperLimits& limits) {
  Result<std::string> line = helper_.ask(term + ".\n", limits);
  if (line.ok()) return line;
  return Error{ErrorCode::unsupported, program_, "",
               fmt::format("{}; it was asked {}", line.error().message, term.substr(0, kShown)),
               "run swipl on this file to see why, or leave prolog out"};
}

Result<std::string> PrologProcess::ask(const std::string& term) {
  return ask(term, kQuestionLimits);
}

std::size_t PrologProcess::rss_peak_bytes() const {
  return trm::rss_peak_bytes(helper_.process());
}

}  // namespace trm::bench
