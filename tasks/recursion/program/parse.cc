#include <algorithm>
#include <optional>
#include <utility>

#include "tasks/base/words.h"
#include "tasks/recursion/program/program.h"

namespace trm::tasks::program {
namespace {

using Kind = Expression::Kind;
constexpr std::string_view kExample = "value f(7); def f(n): return 2 if n < 3 else f(n - 1) + n";

/// Recursive descent; the first error stays, and everything after it gives nothing.
class Parser {
 public:
  Parser(std::string_view prompt, std::size_t from) : text_(prompt), at_(from) {}

  Result<Asked> parse() {
    Asked out;
    out.start.function = function_name();
    expect("(");
    out.start.argument = number(kMaxValue);
    expect(")");
    while (!failed() && next_line() && out.program.functions.size() < kMaxFunctions) {
      out.program.functions.push_back(definition(out.program.functions.size()));
    }
    if (!failed() && at_ < text_.size()) fail("stands behind the program", "write at most two functions, f and g");
    if (!failed() && out.program.functions.empty()) fail("", "write the function, as in " + std::string(kExample));
    const std::size_t functions = out.program.functions.size();
    if (!failed() && (called_ >= functions || out.start.function >= functions)) {
      error_ = prompt_error(text_, "program", "calls g, which is not defined", as_in("define it behind f", kExample));
    }
    if (failed()) return *error_;
    return out;
  }

 private:
  FunctionText definition(std::size_t index) {
    FunctionText out;
    expect("def");
    if (function_name() != index) {
      if (!failed()) {
        error_ = prompt_error(text_, "program", index == 0 ? "does not begin with f" : "defines f twice",
                              as_in("call the first function f and the second g", kExample));
      }
      return out;
    }
    for (const char* word : {"(", "n", ")", ":", "return"}) expect(word);
    for (;;) {
      Expression value = sum();
      if (failed() || !take("if")) {
        out.otherwise = std::move(value);
        return out;
      }
      Branch branch;
      branch.value = std::move(value);
      expect("n");
      branch.equal = take("==");
      if (!branch.equal) expect("<");
      branch.number = number(kMaxConstant);
      expect("else");
      out.branches.push_back(std::move(branch));
    }
  }

  Expression sum() {
    Expression left = product();
    while (!failed()) {
      if (take("+")) {
        left = two(Kind::plus, std::move(left), product());
      } else if (take("-")) {
        left = one(Kind::minus, constant("-", 0), std::move(left));
      } else {
        break;
      }
    }
    return left;
  }

  Expression product() {
    Expression left = factor();
    while (!failed()) {
      const std::size_t sign = at_;
      if (take("*")) {
        Expression right = factor();
        const auto is_digit = [](const Expression& e) {
          return e.kind == Kind::number && e.number >= 1 && e.number <= kMaxFactor;
        };
        if (!is_digit(left)) std::swap(left, right);
        if (!is_digit(left)) {
          refuse(sign, "multiplies by no number from 1 to 9", "write one on one of its sides, such as 3 * n");
        }
        left = one(Kind::times, left.number, std::move(right));
      } else if (take("%")) {
        const std::uint32_t by = constant("%", 1);
        if (by == 0) refuse(sign, "divides by 0", "divide by a number from 1 to " + std::to_string(kMaxConstant));
        left = one(Kind::mod, by, std::move(left));
      } else {
        break;
      }
    }
    return left;
  }

  Expression factor() {
    if (++parts_ > kMaxParts || ++depth_ > kMaxParts / 2) {
      fail("makes a program of more than " + std::to_string(kMaxParts) + " parts", "write a smaller one");
    }
    Expression out;
    if (failed()) return out;
    if (take("(")) {
      out = sum();
      expect(")");
    } else if (take("max") || take("min")) {
      out.kind = taken_ == "max" ? Kind::max : Kind::min;
      expect("(");
      out.of.push_back(sum());
      expect(",");
      out.of.push_back(sum());
      expect(")");
    } else if (take("n")) {
      out.kind = Kind::argument;
    } else if (peek_digit()) {
      out.number = number(kMaxConstant);
    } else if (peek("-")) {
      fail("stands before a number, and there are none below 0", "subtract from something, such as n - 5");
    } else if (!peek("f") && !peek("g")) {
      fail("begins no expression", "write n, a number, f(...), g(...), max(..., ...) or min(..., ...)");
    } else {
      out.kind = Kind::call;
      const std::size_t function = function_name();
      called_ = std::max(called_, function);
      out.number = static_cast<std::uint32_t>(function);
      expect("(");
      out.of.push_back(sum());
      expect(")");
    }
    --depth_;
    return out;
  }

  static Expression two(Kind kind, Expression left, Expression right) {
    Expression out{kind, 0, {}};
    out.of.push_back(std::move(left));
    out.of.push_back(std::move(right));
    return out;
  }
  static Expression one(Kind kind, std::uint32_t number, Expression of) {
    Expression out{kind, number, {}};
    out.of.push_back(std::move(of));
    return out;
  }

  std::size_t function_name() {
    if (take("f")) return 0;
    if (take("g")) return 1;
    fail("is no function", "call f or g");
    return 0;
  }

  bool peek_digit() {
    blanks();
    return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9';
  }

  /// What - and % have on their right. Below `least`, it is the caller who refuses.
  std::uint32_t constant(const std::string& sign, std::uint32_t least) {
    if (!failed() && !peek_digit()) {
      fail("begins no number, and nothing else may stand behind " + sign,
           "write a number from " + std::to_string(least) + " to " + std::to_string(kMaxConstant));
    }
    return number(kMaxConstant, least);
  }

  /// `least` is what an error says.
  std::uint32_t number(std::uint32_t most, std::uint32_t least = 0) {
    if (failed()) return 0;
    blanks();
    const std::string_view rest = text_.substr(at_);
    const std::string_view digits = rest.substr(0, std::min(rest.find_first_not_of("0123456789"), rest.size()));
    std::uint32_t out = 0;
    for (const char c : digits.substr(0, 5)) out = out * 10 + static_cast<std::uint32_t>(c - '0');
    if (!is_decimal(digits) || digits.size() > 4 || out > most) {
      fail("begins no number from " + std::to_string(least) + " to " + std::to_string(most), "write one");
      return 0;
    }
    at_ += digits.size();
    return out;
  }

  /// Does a word or a sign stand here?
  bool peek(std::string_view word) {
    blanks();
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    const std::size_t end = at_ + word.size();
    if (!text_.substr(at_).starts_with(word)) return false;
    return !(is_letter(word.back()) && end < text_.size() && is_letter(text_[end]));
  }
  bool take(std::string_view word) {
    if (failed() || !peek(word)) return false;
    at_ += word.size();
    taken_ = word;
    return true;
  }
  void expect(std::string_view word) {
    if (!failed() && !take(word)) {
      fail("stands where \"" + std::string(word) + "\" is due", "write Python of this form");
    }
  }

  /// Is there another line? Lines end with ; or as lines do.
  bool next_line() {
    const std::size_t end = std::min(text_.find_first_not_of(" \t\r\n;", at_), text_.size());
    if (end == text_.size()) return at_ = end, false;
    if (text_.substr(at_, end - at_).find_first_of(";\n") == std::string_view::npos) {
      const bool sign = std::string_view("+-*/%<>=!&|^~").find(text_[end]) != std::string_view::npos;
      fail(sign ? "is no operation of this language" : "stands where a line must end",
           sign ? "use +, -, *, %, max and min" : "write ; between the question and the functions");
      return false;
    }
    at_ = end;
    return true;
  }
  void blanks() { at_ = std::min(text_.find_first_not_of(" \t\r", at_), text_.size()); }

  [[nodiscard]] bool failed() const { return error_.has_value(); }
  void fail(const std::string& message, const std::string& fix) {
    if (failed()) return;
    blanks();
    const std::string place = in_quotes(text_.substr(at_, 1)) + " at byte " + std::to_string(at_ + 1) + " ";
    error_ = prompt_error(text_, "program", at_ == text_.size() ? "ends early" : place + message, as_in(fix, kExample));
  }

  /// The sign at byte `at`, behind the blanks there, makes no sense with what stands on its sides.
  void refuse(std::size_t at, const std::string& message, const std::string& fix) {
    if (failed()) return;
    at_ = at;
    fail(message, fix);
  }

  std::string_view text_, taken_;
  std::size_t at_, parts_ = 0, depth_ = 0;
  std::size_t called_ = 0;  ///< last function that is called
  std::optional<Error> error_;
};

}  // namespace

Result<Asked> parse_program(std::string_view prompt, std::size_t from) {
  return Parser(prompt, from).parse();
}

}  // namespace trm::tasks::program
