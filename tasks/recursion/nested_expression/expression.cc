#include "tasks/recursion/nested_expression/expression.h"

#include <algorithm>
#include <array>
#include <utility>

#include "tasks/base/words.h"
#include "tasks/frames/digits.h"
#include "tasks/frames/vocabulary.h"

namespace trm::tasks::nested_expression {
namespace {

constexpr std::string_view kExample = "calc max(3, min(4, 15))";

struct Operation {
  std::string_view name;
  Token token;
};
constexpr std::array<Operation, 4> kOperations = {
    {{"max", token::max}, {"min", token::min}, {"sum", token::sum}, {"med", token::median}}};

class Parser {
 public:
  Parser(std::string_view prompt, std::size_t from) : text_(prompt), at_(from) {}

  Result<Expression> parse() {
    blanks();
    if (at_ == text_.size()) return missing("is missing");
    Result<Expression> out = expression();
    if (!out) return out;
    blanks();
    if (at_ < text_.size()) return wrong("stands behind the expression", "write one expression");
    return out;
  }

 private:
  Result<Expression> expression() {
    blanks();
    if (at_ == text_.size()) return end();
    if (++size_ > kMaxSize) {
      return prompt_error(text_, "expression", "has more than " + std::to_string(kMaxSize) + " parts",
                          "write a smaller one");
    }
    const std::string_view rest = text_.substr(at_);
    for (const Operation& operation : kOperations) {
      if (rest.starts_with(operation.name)) return list(operation);
    }
    if (rest[0] < '0' || rest[0] > '9') return wrong("is no expression", "write a number, max, min, sum or med");
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    const std::string number(rest.substr(0, digits));
    Expression out;
    if (!is_decimal(number) || digits > 9 || std::stoul(number) > kMaxNumber) {
      return wrong("begins no number from 0 to " + std::to_string(kMaxNumber), "write one");
    }
    out.number = static_cast<std::uint32_t>(std::stoul(number));
    at_ += digits;
    return out;
  }

  Result<Expression> list(const Operation& operation) {
    Expression out;
    out.operation = operation.token;
    at_ += operation.name.size();
    for (char wanted = '(';;) {
      blanks();
      if (at_ == text_.size()) return end();
      if (text_[at_] == ')' && wanted == ',') break;
      if (text_[at_] != wanted) {
        return wrong("stands where " + std::string(1, wanted) + " is due", "write a list in parentheses");
      }
      ++at_;
      wanted = ',';
      Result<Expression> part = expression();
      if (!part) return part;
      out.of.push_back(*std::move(part));
    }
    if (out.operation == token::median && out.of.size() != 3) {
      return wrong("closes a median of " + std::to_string(out.of.size()), "give three values");
    }
    if (value_of(out) > kMaxValue)
      return wrong("makes a value above " + std::to_string(kMaxValue), "write smaller sums");
    ++at_;
    return out;
  }

  void blanks() { at_ = std::min(text_.find_first_not_of(kPromptBlanks, at_), text_.size()); }
  [[nodiscard]] Error wrong(const std::string& message, std::string fix) const {
    return prompt_error(text_, "expression",
                        in_quotes(text_.substr(at_, 1)) + " at byte " + std::to_string(at_ + 1) + " " + message,
                        as_in(std::move(fix), kExample));
  }
  [[nodiscard]] Error end() const { return missing("ends early"); }
  [[nodiscard]] Error missing(std::string message) const {
    return prompt_error(text_, "expression", std::move(message), as_in("write all of it", kExample));
  }

  std::string_view text_;  ///< the prompt
  std::size_t at_, size_ = 0;
};

Expression random_number(Rng& rng) {
  Expression out;
  out.number = rng.below(rng.below(3) == 0 ? 10 : kMaxNumber + 1);
  return out;
}

Expression random_part(Rng& rng, std::size_t depth, std::size_t width) {
  if (depth == 0) return random_number(rng);
  Expression out;
  out.operation = kOperations[rng.below(kOperations.size())].token;
  const std::size_t parts = out.operation == token::median ? 3 : rng.between(1, static_cast<std::uint32_t>(width));
  const std::size_t deep = rng.below(static_cast<std::uint32_t>(parts));
  // One part keeps the depth, another branches now and then.
  for (std::size_t i = 0; i < parts; ++i) {
    const bool branches = depth > 1 && rng.below(4) == 0;
    const std::size_t below = i == deep ? depth - 1
                              : branches
                                  ? rng.below(static_cast<std::uint32_t>(std::min<std::size_t>(depth - 1, 2)) + 1)
                                  : 0;
    out.of.push_back(random_part(rng, below, width));
  }
  return out;
}

std::size_t size_of(const Expression& e) {
  std::size_t size = 1;
  for (const Expression& part : e.of) size += size_of(part);
  return size;
}

bool fits(const Expression& e) {
  return value_of(e) <= kMaxValue && std::all_of(e.of.begin(), e.of.end(), fits);
}

void append(const Expression& e, Tokens& out) {
  if (e.operation < 0) {
    const Digits digits = digits_of(e.number);
    out.insert(out.end(), digits.begin(), digits.end());
    out.push_back(token::stop);
    return;
  }
  out.push_back(e.operation);
  for (const Expression& part : e.of) append(part, out);
  out.push_back(token::close);
}

}  // namespace

std::size_t Expression::depth() const {
  if (operation < 0) return 0;
  std::size_t deepest = 0;
  for (const Expression& part : of) deepest = std::max(deepest, part.depth());
  return 1 + deepest;
}

Expression random_expression(Rng& rng, std::size_t depth, std::size_t width) {
  for (;;) {
    Expression out = random_part(rng, depth, width);
    if (fits(out) && size_of(out) <= kMaxSize) return out;
  }
}

std::string text_of(const Expression& e) {
  if (e.operation < 0) return std::to_string(e.number);
  const auto name = std::find_if(kOperations.begin(), kOperations.end(),
                                 [&](const Operation& operation) { return operation.token == e.operation; });
  std::string out = std::string(name->name) + "(";
  for (const Expression& part : e.of) out += (&part == e.of.data() ? "" : ", ") + text_of(part);
  return out + ")";
}

Result<Expression> parse_expression(std::string_view prompt, std::size_t from) {
  return Parser(prompt, from).parse();
}

Tokens stream_of(const Expression& e) {
  Tokens out;
  append(e, out);
  return out;
}

std::uint64_t value_of(const Expression& e) {
  if (e.operation < 0) return e.number;
  std::vector<std::uint64_t> values;
  for (const Expression& part : e.of) values.push_back(value_of(part));
  std::sort(values.begin(), values.end());
  if (e.operation == token::max) return values.back();
  if (e.operation == token::min) return values.front();
  if (e.operation == token::median) return values[values.size() / 2];
  std::uint64_t sum = 0;
  for (const std::uint64_t value : values) sum += value;
  return sum;
}

}  // namespace trm::tasks::nested_expression
