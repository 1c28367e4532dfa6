#include "tasks/task/english.h"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace trm::tasks {
namespace {

bool digit(char c) {
  return c >= '0' && c <= '9';
}
bool letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}
char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

std::size_t digits_from(std::string_view text, std::size_t at) {
  std::size_t count = 0;
  while (at + count < text.size() && digit(text[at + count])) ++count;
  return count;
}

/// Bytes of a number that begins here with a digit: groups of three behind commas, a fraction.
std::size_t number_size(std::string_view text, std::size_t at) {
  std::size_t size = digits_from(text, at);
  if (size <= 3) {
    while (at + size < text.size() && text[at + size] == ',' && digits_from(text, at + size + 1) == 3) size += 4;
  }
  if (at + size < text.size() && text[at + size] == '.') {
    const std::size_t fraction = digits_from(text, at + size + 1);
    if (fraction > 0) size += 1 + fraction;
  }
  return size;
}

std::string last_number(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!digit(text[i])) continue;
    const std::size_t size = number_size(text, i);
    // Behind a value a minus sign subtracts.
    const bool sign =
        i > 0 && text[i - 1] == '-' && (i < 2 || (!digit(text[i - 2]) && !letter(text[i - 2]) && text[i - 2] != ')'));
    out = (sign ? "-" : "") + std::string(text.substr(i, size));
    i += size - 1;
  }
  std::erase(out, ',');
  return out;
}

std::string last_yes_or_no(std::string_view text) {
  std::string out, word;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && letter(text[i])) {
      word += lower(text[i]);
      continue;
    }
    if (word == "yes" || word == "no") out = word;
    word.clear();
  }
  return out;
}

/// Bytes of an arrow that begins here.
std::size_t arrow_size(std::string_view text, std::size_t at) {
  for (const std::string_view arrow : {"->", "\u2192"}) {
    if (text.substr(at).starts_with(arrow)) return arrow.size();
  }
  return 0;
}

/// The last run of entries: `entry` gives the bytes of the one that begins at a place (0: none does) and its text;
/// `blanks` may stand between two of a run.
template <class Entry>
std::string last_run(std::string_view text, std::string_view blanks, const Entry& entry) {
  std::string out;
  bool open = false;
  for (std::size_t i = 0; i < text.size();) {
    std::string here;
    if (const std::size_t size = entry(i, here); size > 0) {
      out = open ? out + " " + here : here;
      open = true;
      i += size;
    } else if (const std::size_t arrow = arrow_size(text, i);
               arrow > 0 || blanks.find(text[i]) != std::string_view::npos) {
      i += std::max<std::size_t>(arrow, 1);
    } else {
      open = false;
      ++i;
    }
  }
  return out;
}

std::string last_labels(std::string_view text) {
  return last_run(text, " \t,;", [text](std::size_t at, std::string& out) {
    out = text.substr(at, digits_from(text, at));
    return out.size();
  });
}

std::string last_moves(std::string_view text) {
  const auto peg = [text](std::size_t at) {
    return at < text.size() && lower(text[at]) >= 'a' && lower(text[at]) <= 'h';
  };
  const auto inside_word = [text](std::size_t at) { return at < text.size() && letter(text[at]); };
  return last_run(text, " \t,;\r\n", [&](std::size_t at, std::string& out) -> std::size_t {
    if (!peg(at) || (at > 0 && inside_word(at - 1))) return 0;
    std::size_t to = at + 1;
    to += arrow_size(text, to);
    if (!peg(to) || inside_word(to + 1)) return 0;
    out = {lower(text[at]), lower(text[to])};
    return to + 1 - at;
  });
}

std::string last_line(std::string_view text) {
  constexpr std::string_view around = " \t\r\n.*\"'`";
  const std::size_t last = text.find_last_not_of(around);
  if (last == std::string_view::npos) return "";
  text = text.substr(0, last + 1);
  text.remove_prefix(text.rfind('\n') + 1);  // npos + 1 is 0
  text.remove_prefix(text.rfind(':') + 1);
  text.remove_prefix(std::min(text.find_first_not_of(around), text.size()));
  return std::string(text);
}

std::string_view instruction(AnswerForm form) {
  switch (form) {
    case AnswerForm::number:
      return "Answer with the number only.";
    case AnswerForm::yes_no:
      return "Answer with yes or no only.";
    case AnswerForm::labels:
      return "Answer with the labels only, with blanks between them.";
    case AnswerForm::moves:
      return "Answer with the moves only, with blanks between them.";
    case AnswerForm::line:
      break;
  }
  return "Answer in one line, with the answer only.";
}

}  // namespace

English ask(std::string_view definition, std::string_view question, AnswerForm form) {
  return {std::string(definition) + "\n" + std::string(question) + "\n" + std::string(instruction(form)), form};
}

std::string_view answer_pattern(AnswerForm form) {
  switch (form) {
    case AnswerForm::number:
      return R"(((?:(?<![0-9A-Za-z)])-)?(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?))";
    case AnswerForm::yes_no:
      return R"(\b([Yy][Ee][Ss]|[Nn][Oo])\b)";
    case AnswerForm::labels:
      return R"(([0-9]+(?:[ ,]+[0-9]+)*))";
    case AnswerForm::moves:
      return R"(\b([a-h]{2}(?:[ ,]+[a-h]{2})*)\b)";
    case AnswerForm::line:
      break;
  }
  return R"(([^\s:*"'.][^\n:]*?)[\s.*"']*\Z)";
}

std::string final_answer(std::string_view reply, AnswerForm form) {
  switch (form) {
    case AnswerForm::number:
      return last_number(reply);
    case AnswerForm::yes_no:
      return last_yes_or_no(reply);
    case AnswerForm::labels:
      return last_labels(reply);
    case AnswerForm::moves:
      return last_moves(reply);
    case AnswerForm::line:
      break;
  }
  return last_line(reply);
}

}  // namespace trm::tasks
