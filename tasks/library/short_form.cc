#include "tasks/library/short_form.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <utility>

#include "engine/base/utf8.h"
#include "tasks/base/words.h"
#include "tasks/library/programs.h"
#include "tasks/library/proof/proof.h"
#include "tasks/library/story/story.h"
#include "tasks/python/program.h"

namespace trm::tasks::library {
namespace {

enum class Arguments : std::uint8_t {
  integers,    ///< so many that no more than the optional ones are missing
  list,        ///< integers, one or more
  pegs,        ///< an integer, and three letters or none
  tree,        ///< (5 (3 . 1) 8): a label and two subtrees, a leaf alone, . for an empty tree
  expression,  ///< of Python
};

struct WordForm {
  std::string_view word;
  std::string_view program;   ///< in programs/
  std::string_view function;  ///< of the program
  Arguments arguments = Arguments::integers;
  std::array<std::string_view, 3> names = {};  ///< of integers; empty: there are no more
  std::size_t optional = 0;                    ///< so many of the last are given all or not at all
  std::string_view example;
};

constexpr std::array kWordForms = {
    WordForm{"fact", "fact", "fact", Arguments::integers, {"N", "C"}, 1, "fact 12 3"},
    WordForm{"pow", "pow", "power", Arguments::integers, {"B", "N", "C"}, 1, "pow 3 7"},
    WordForm{"sum", "sum", "total", Arguments::list, {}, 0, "sum 3 14 -15"},
    WordForm{"gcd", "gcd", "gcd", Arguments::integers, {"A", "B"}, 0, "gcd 1071 462"},
    WordForm{"fib", "fib", "fib", Arguments::integers, {"N", "A", "B"}, 2, "fib 30"},
    WordForm{"preorder", "tree", "preorder", Arguments::tree, {}, 0, "preorder (5 (3 . 1) 8)"},
    WordForm{"inorder", "tree", "inorder", Arguments::tree, {}, 0, "inorder (5 (3 . 1) 8)"},
    WordForm{"postorder", "tree", "postorder", Arguments::tree, {}, 0, "postorder (5 (3 . 1) 8)"},
    WordForm{"levels", "tree", "levels", Arguments::tree, {}, 0, "levels (5 (3 . 1) 8)"},
    WordForm{"height", "tree", "height", Arguments::tree, {}, 0, "height (5 (3 . 1) 8)"},
    WordForm{"total", "tree", "total", Arguments::tree, {}, 0, "total (5 (3 . 1) 8)"},
    WordForm{"calc", "calc", "med", Arguments::expression, {}, 0, "calc 2 * max(3, min(4, 15))"},
    WordForm{"hanoi", "hanoi", "hanoi", Arguments::pegs, {"N"}, 0, "hanoi 3 a b c"},
    WordForm{"ack", "ack", "ack", Arguments::integers, {"M", "N"}, 0, "ack 2 3"},
    WordForm{"mccarthy", "mccarthy", "mccarthy", Arguments::integers, {"N"}, 0, "mccarthy 50"},
    WordForm{"tak", "tak", "tak", Arguments::integers, {"X", "Y", "Z"}, 0, "tak 8 4 2"},
    WordForm{"even", "even", "even", Arguments::integers, {"N"}, 0, "even 8"},
    WordForm{"odd", "even", "odd", Arguments::integers, {"N"}, 0, "odd 8"},
};

constexpr std::string_view kStory = "ask", kProof = "proof";

const WordForm* find_form(std::string_view word) {
  const auto* const at =
      std::find_if(kWordForms.begin(), kWordForms.end(), [&](const WordForm& f) { return f.word == word; });
  return at == kWordForms.end() ? nullptr : at;
}

/// Of a tree: Python's brackets may be nested a hundred deep.
constexpr std::size_t kMostLevels = 95;

bool is_digit_at(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

bool is_name_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Reads what stands behind the word of a prompt, and writes the call.
class ArgumentReader {
 public:
  ArgumentReader(const WordForm& form, std::string_view text, const std::string& place)
      : form_(form), text_(text), place_(place) {}

  Result<ShortForm> read() {
    switch (form_.arguments) {
      case Arguments::integers:
        return integers();
      case Arguments::list:
        return list();
      case Arguments::pegs:
        return pegs();
      case Arguments::tree:
        return tree();
      case Arguments::expression:
        break;
    }
    return expression();
  }

 private:
  [[nodiscard]] Error wrong(std::string_view field, std::string message, std::string fix) const {
    return {ErrorCode::bad_input, place_, std::string(field), std::move(message), as_in(std::move(fix), form_.example)};
  }

  [[nodiscard]] ShortForm call(const std::string& arguments) const {
    ShortForm out;
    out.source = program(form_.program);
    out.call = std::string(form_.function) + "(" + arguments + ")";
    return out;
  }

  [[nodiscard]] std::vector<std::string_view> words() const {
    std::vector<std::string_view> out;
    for (std::size_t at = text_.find_first_not_of(kPromptBlanks); at != std::string_view::npos;) {
      const std::size_t stop = std::min(text_.find_first_of(kPromptBlanks, at), text_.size());
      out.push_back(text_.substr(at, stop - at));
      at = text_.find_first_not_of(kPromptBlanks, stop);
    }
    return out;
  }

  /// As Python writes it.
  [[nodiscard]] Result<std::string> integer(std::string_view name, std::string_view word) const {
    std::string_view digits = word;
    if (digits.starts_with('-')) digits.remove_prefix(1);
    if (!is_decimal(digits)) {
      const bool zeros = digits.size() > 1 && digits[0] == '0';
      return wrong(name, in_quotes(word) + (zeros ? " has leading zeros" : " is no whole number"),
                   zeros ? "write the number without them" : "write decimal digits");
    }
    if (digits.size() > python::kMaxDigits) {
      return wrong(name, "has " + std::to_string(digits.size()) + " digits",
                   "write at most " + std::to_string(python::kMaxDigits));
    }
    return std::string(word);
  }

  [[nodiscard]] Result<std::string> joined(std::span<const std::string_view> names,
                                           std::span<const std::string_view> given) const {
    std::string out;
    for (std::size_t i = 0; i < given.size(); ++i) {
      const Result<std::string> number = integer(i < names.size() ? names[i] : names.back(), given[i]);
      if (!number.ok()) return number.error();
      out += (i == 0 ? "" : ", ") + *number;
    }
    return out;
  }

  [[nodiscard]] Result<ShortForm> integers() const {
    const std::vector<std::string_view> given = words();
    const auto most = static_cast<std::size_t>(
        std::count_if(form_.names.begin(), form_.names.end(), [](std::string_view name) { return !name.empty(); }));
    const std::size_t least = most - form_.optional;
    if (given.size() > most) {
      return wrong("word " + std::to_string(most + 2), in_quotes(given[most]) + " is too much",
                   "write no more than " + std::to_string(most) + (most == 1 ? " number" : " numbers"));
    }
    if (given.size() != most && given.size() != least) {
      return wrong(form_.names[given.size()], "is missing",
                   given.size() > least ? "write all start values or none" : "write a whole number");
    }
    const Result<std::string> arguments = joined(form_.names, given);
    if (!arguments.ok()) return arguments.error();
    return call(*arguments);
  }

  [[nodiscard]] Result<ShortForm> list() const {
    const std::vector<std::string_view> given = words();
    if (given.empty()) return wrong("list", "has no number", "write one or more numbers");
    constexpr std::array<std::string_view, 1> name = {"list"};
    const Result<std::string> arguments = joined(name, given);
    if (!arguments.ok()) return arguments.error();
    return call("[" + *arguments + "]");
  }

  [[nodiscard]] Result<ShortForm> pegs() const {
    const std::vector<std::string_view> given = words();
    if (given.empty()) return wrong(form_.names[0], "is missing", "write a whole number");
    const Result<std::string> n = integer(form_.names[0], given[0]);
    if (!n.ok()) return n.error();
    if (given.size() == 1) return call(*n);
    if (given.size() != 4) return wrong("pegs", "are not three", "write three pegs or none");
    std::string arguments = *n;
    for (std::size_t i = 1; i < given.size(); ++i) {
      const bool letter = given[i].size() == 1 && std::isalpha(static_cast<unsigned char>(given[i][0])) != 0;
      if (!letter) return wrong("pegs", in_quotes(given[i]) + " is no letter", "name each peg by a letter");
      if (std::find(given.begin() + 1, given.begin() + static_cast<std::ptrdiff_t>(i), given[i]) !=
          given.begin() + static_cast<std::ptrdiff_t>(i)) {
        return wrong("pegs", in_quotes(given[i]) + " is there twice", "write three pegs");
      }
      arguments += ", '" + std::string(given[i]) + "'";
    }
    return call(arguments);
  }

  void skip_blanks() { at_ = std::min(text_.find_first_not_of(kPromptBlanks, at_), text_.size()); }

  [[nodiscard]] Error wrong_tree(std::string_view message, std::string fix) const {
    if (at_ == text_.size()) return wrong("tree", "ends early", "write a label and two subtrees");
    return wrong("tree",
                 in_quotes(text_.substr(at_, 1)) + " at byte " + std::to_string(form_.word.size() + at_ + 1) + " " +
                     std::string(message),
                 std::move(fix));
  }

  [[nodiscard]] Result<std::string> label() {
    const std::size_t begin = at_;
    at_ += text_.substr(at_).starts_with('-') ? 1 : 0;
    while (is_digit_at(text_, at_)) ++at_;
    const bool inside = at_ < text_.size() && is_name_byte(text_[at_]);
    if (begin == at_ || inside) return wrong_tree("is no label", "label each node with a whole number");
    return integer("tree", text_.substr(begin, at_ - begin));
  }

  /// As a list of Python. Nested no deeper than Python's own brackets may be, so recursion is safe.
  [[nodiscard]] Result<std::string> subtree(std::size_t depth) {
    skip_blanks();
    if (depth > kMostLevels) {
      return wrong("tree", "has more than " + std::to_string(kMostLevels) + " levels", "write a flatter one");
    }
    if (text_.substr(at_).starts_with('.')) {
      ++at_;
      return std::string("[]");
    }
    if (!text_.substr(at_).starts_with('(')) {
      const Result<std::string> leaf = label();
      if (!leaf.ok()) return leaf.error();
      return "[" + *leaf + ", [], []]";
    }
    ++at_;
    skip_blanks();
    const Result<std::string> root = label();
    if (!root.ok()) return root.error();
    std::string out = "[" + *root;
    for (int side = 0; side < 2; ++side) {
      const Result<std::string> below = subtree(depth + 1);
      if (!below.ok()) return below.error();
      out += ", " + *below;
    }
    skip_blanks();
    if (!text_.substr(at_).starts_with(')')) return wrong_tree("stands where ) is due", "give each node two subtrees");
    ++at_;
    return out + "]";
  }

  [[nodiscard]] Result<ShortForm> tree() {
    skip_blanks();
    if (at_ == text_.size()) return wrong("tree", "is missing", "write a label and two subtrees");
    const Result<std::string> all = subtree(1);
    if (!all.ok()) return all.error();
    skip_blanks();
    if (at_ != text_.size()) return wrong_tree("stands behind the tree", "write one tree");
    return call(*all);
  }

  /// max(1, 2, 3) as max([1, 2, 3]): med and sum of Python take a list, and so may the others.
  [[nodiscard]] std::string with_lists() const {
    constexpr std::array<std::string_view, 4> kOfNumbers = {"max", "min", "sum", "med"};
    std::string out;
    std::vector<bool> wrapped;  // for each open bracket: was one of a list added?
    std::string_view name;
    for (std::size_t at = 0; at < text_.size(); ++at) {
      const char c = text_[at];
      if (c == '\'' || c == '"') {  // a text, as it is
        const std::size_t begin = at++;
        while (at < text_.size() && text_[at] != c) at += text_[at] == '\\' ? 2 : 1;
        out += text_.substr(begin, at + 1 - begin);
        name = {};
        continue;
      }
      if (is_name_byte(c)) {
        const std::size_t begin = at;
        while (at + 1 < text_.size() && is_name_byte(text_[at + 1])) ++at;
        name = text_.substr(begin, at + 1 - begin);
        out += name;
        continue;
      }
      if (c == '(') {
        const bool call = std::find(kOfNumbers.begin(), kOfNumbers.end(), name) != kOfNumbers.end();
        const std::size_t inside = text_.find_first_not_of(kPromptBlanks, at + 1);
        const bool list = inside != std::string_view::npos && (text_[inside] == '[' || text_[inside] == ')');
        wrapped.push_back(call && !list);
        out += wrapped.back() ? "([" : "(";
      } else if (c == ')' && !wrapped.empty()) {
        out += wrapped.back() ? "])" : ")";
        wrapped.pop_back();
      } else {
        out += c;
      }
      if (kPromptBlanks.find(c) == std::string_view::npos) name = {};
    }
    return out;
  }

  /// The programs of the library whose functions it names.
  [[nodiscard]] Result<ShortForm> expression() {
    ShortForm out;
    if (text_.find_first_not_of(kPromptBlanks) == std::string_view::npos) {
      return wrong("expression", "is missing", "write one");
    }
    text_.remove_prefix(text_.find_first_not_of(kPromptBlanks));
    out.call = with_lists();
    std::set<std::string_view> used;
    for (std::size_t at = 0; at < text_.size(); ++at) {
      const std::size_t begin = at;
      while (at < text_.size() && is_name_byte(text_[at])) ++at;
      const std::string_view name = text_.substr(begin, at - begin);
      for (const WordForm& form : kWordForms) {
        if (form.function == name && form.arguments != Arguments::tree) used.insert(form.program);
      }
    }
    for (const std::string_view name : used)
      out.source += (out.source.empty() ? "" : "\n\n") + std::string(program(name));
    return out;
  }

  const WordForm& form_;
  std::string_view text_;  ///< behind the word
  const std::string& place_;
  std::size_t at_ = 0;
};

}  // namespace

std::string short_form_words() {
  std::string out;
  for (const WordForm& form : kWordForms) out += std::string(form.word) + ", ";
  return out + std::string(kStory) + ", " + std::string(kProof);
}

bool is_short_form(std::string_view word) {
  return find_form(word) != nullptr || word == kStory || word == kProof;
}

Result<ShortForm> read_short_form(std::string_view prompt, const std::string& place) {
  const auto bad = [&](std::string message, std::string fix) {
    return Error{ErrorCode::bad_input, place, "", std::move(message), std::move(fix)};
  };
  if (prompt.size() > python::kMaxSourceBytes) {
    return bad("has " + std::to_string(prompt.size()) + " bytes",
               "write at most " + std::to_string(python::kMaxSourceBytes));
  }
  if (!valid_utf8(prompt)) return bad("is not valid UTF-8", "write plain ASCII");
  const std::size_t first = std::min(prompt.find_first_not_of(kPromptBlanks), prompt.size());
  const std::size_t end = std::min(prompt.find_first_of(kPromptBlanks, first), prompt.size());
  const std::string_view word = prompt.substr(first, end - first);
  if (word == kStory) return story::story_program(prompt.substr(end), place);
  if (word == kProof) return proof::proof_program(prompt.substr(end), place);
  const WordForm* const form = find_form(word);
  if (form == nullptr) {
    return bad(word.empty() ? "is empty" : "begins with " + in_quotes(word), "begin with one of " + short_form_words());
  }
  return ArgumentReader(*form, prompt.substr(end), place).read();
}

std::string in_words(const python::Value& value) {
  using Kind = python::Value::Kind;
  switch (value.kind) {
    case Kind::boolean:
      return value.truth ? "yes" : "no";
    case Kind::text:
      return value.text;
    case Kind::list: {
      std::string out;
      for (std::size_t i = 0; i < value.items.size(); ++i) {
        const python::Value& item = value.items[i];
        out += (i == 0 ? "" : " ") + (item.kind == Kind::list ? python::repr(item) : in_words(item));
      }
      return out;
    }
    case Kind::none:
    case Kind::integer:
      break;
  }
  return python::repr(value);
}

}  // namespace trm::tasks::library
