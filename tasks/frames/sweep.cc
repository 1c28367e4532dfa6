#include "tasks/frames/sweep.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "tasks/frames/arithmetic/functions.h"
#include "tasks/frames/draw.h"
#include "tasks/frames/prompt.h"
#include "tasks/frames/vocabulary.h"

namespace trm::tasks {
namespace {

constexpr std::size_t kColumns = kColumnsPerFrame;
constexpr std::size_t kMostDigits = 4;  // of counters
constexpr std::size_t kStreamDigits = 12;
constexpr std::string_view kReads = "reads ", kTold = "told ";
constexpr Token kEnded = -1;  // a number that has no digit there

std::string digit_text(Token digit) {
  return digit == kEnded ? "end" : std::to_string(digit);
}

Token at(std::span<const Token> digits, std::size_t column) {
  return column < digits.size() ? digits[column] : kEnded;
}
Token value_at(std::span<const Token> digits, std::size_t column) {
  return std::max(at(digits, column), Token{0});
}

/// How a function goes through the columns of its numbers: what it holds from one to the next.
struct Columns {
  std::string_view held;  ///< what it is called
  Token (*next)(Token held, Token a, Token b);
};
constexpr Columns kSum = {"carry", [](Token carry, Token a, Token b) { return (a + b + carry) / 10; }};
constexpr Columns kDifference = {"borrow", [](Token borrow, Token a, Token b) { return a - b - borrow < 0 ? 1 : 0; }};
constexpr Columns kOrder = {"below", [](Token below, Token a, Token b) { return a == b ? below : a < b ? 1 : 0; }};
/// Of numbers that are equal so far.
constexpr Columns kEquality = {"difference",
                               [](Token differs, Token a, Token b) { return differs | (a == b ? 0 : 1); }};

const Columns* columns_of(Token head) {
  if (head == token::add || head == token::add_on || head == token::plus) return &kSum;
  if (head == token::sub_on || head == token::minus) return &kDifference;
  if (head == token::below || head == token::less) return &kOrder;
  if (head == token::equal || head == token::same) return &kEquality;
  return nullptr;
}

Token held_before(const Columns& of, Token first, std::span<const Token> a, std::span<const Token> b,
                  std::size_t column) {
  Token held = first;
  for (std::size_t i = 0; i < column; ++i) held = of.next(held, value_at(a, i), value_at(b, i));
  return held;
}

std::string column_kind(const Columns& of, std::size_t column, Token held) {
  return "column " + std::to_string(column + 1) + " with " + std::string(of.held) + " " + std::to_string(held);
}

std::string product_kind(std::size_t column, Token factor) {
  return "column " + std::to_string(column + 1) + " times " + std::to_string(factor);
}

std::string peg_kind(Token from) {
  return "from " + to_text(std::span(&from, 1));
}

constexpr std::string_view kNoProduct = "times 0";  // takes no digits

std::string copy_kind(std::size_t column) {
  return "column " + std::to_string(column + 1);
}

std::string block(const Range& range, std::uint32_t value, std::uint32_t width) {
  const std::uint32_t low = value - value % width;
  return std::to_string(std::max(low, range.least)) + ".." + std::to_string(std::min(low + width - 1, range.most));
}

/// "N 40..49": ten blocks or more, where there are so many numbers.
std::string block_kind(const Range& range, std::string_view name, std::uint32_t value) {
  return std::string(name) + " " + block(range, value, range.most < 300 ? 10 : range.most < 1000 ? 100 : 1000);
}
std::string block_cell(const Range& range, std::string_view name, std::uint32_t value) {
  return block_kind(range, name, value) + (range.most < 1000 ? "" : ", " + block(range, value, 100));
}

std::string value_name(std::size_t call) {
  return "value " + std::to_string(call + 1);
}

Tokens any_digits(Rng& rng, std::size_t length) {
  Tokens out(length);
  for (Token& digit : out) digit = static_cast<Token>(rng.below(10));
  return out;
}

/// Sets the digit of a column; the number ends there if there is none.
void set(Tokens& digits, std::size_t column, Token digit) {
  if (digit == kEnded) {
    digits.resize(column);
  } else {
    digits[column] = digit;
  }
}

class Sweep {
 public:
  Sweep(const Function& function, std::size_t per_cell)
      : function_(function), per_cell_(per_cell), rng_(0, stream_of("sweep/1/" + function_name(function)), 0) {}

  std::vector<SweptFrame> frames() {
    const Token head = function_.head;
    if (const Columns* of = columns_of(head)) {
      two_numbers(*of);
    } else if (head == token::mul || head == token::mul_on) {
      products();
    } else if (head == token::shift || head == token::copy || head == token::num) {
      copies();
    } else {
      arguments();
      values();
      samples();
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool takes(Argument kind) const {
    return std::find(function_.arguments.begin(), function_.arguments.end(), kind) != function_.arguments.end();
  }

  static bool decides(const Frame& frame, std::string_view cell) {
    const Result<std::vector<std::string>> kinds = kinds_in(frame);
    return kinds.ok() && std::find(kinds->begin(), kinds->end(), kind_of(cell)) != kinds->end();
  }

  /// Frames of one cell. draw: nothing if what it drew does not fit; there may be none that does.
  void cell(const std::string& name, const std::function<std::optional<Question>()>& draw,
            const std::optional<FixedValue>& fixed = {}) {
    constexpr int attempts = 200;
    std::size_t found = 0;
    for (int i = 0; i < attempts && found < per_cell_; ++i) {
      const std::optional<Question> question = draw();
      std::optional<Frame> frame = question ? random_frame(rng_, *question, fixed) : std::nullopt;
      if (!frame || !decides(*frame, name)) continue;
      out_.push_back({name, *std::move(frame)});
      ++found;
    }
  }

  /// A prompt with its digit, if it has one, in front of its streams.
  [[nodiscard]] Question stream_question(std::span<const Token> digits, std::vector<Tokens> streams) const {
    Tokens prompt = {function_.head};
    const auto add = [&](Token token) {
      if (prompt.size() > 1) prompt.push_back(token::comma);
      prompt.push_back(token);
    };
    for (const Token digit : digits) add(digit);
    for (std::size_t i = 0; i < streams.size(); ++i) add(token::x + static_cast<Token>(i));
    if (takes(Argument::output)) add(token::out);
    return {std::move(prompt), std::move(streams)};
  }

  // All digits of all columns, with what the column before it left.

  void two_numbers(const Columns& of) {
    const bool in_streams = takes(Argument::stream);
    for (std::size_t column = 0; column < (in_streams ? kColumns : kMostDigits); ++column) {
      for (const Token held : {0, 1}) {
        if (held == 1 && &of == &kEquality) continue;
        for (Token a = kEnded; a < 10; ++a) {
          for (Token b = kEnded; b < 10; ++b) {
            const std::string name = column_kind(of, column, held) + ", " + digit_text(a) + " | " + digit_text(b);
            cell(name, [&] { return numbers_with(of, column, held, a, b, in_streams); });
          }
        }
      }
    }
  }

  std::optional<Question> numbers_with(const Columns& of, std::size_t column, Token held, Token a, Token b,
                                       bool in_streams) {
    const bool from_before = takes(Argument::digit);
    const Token first = from_before ? (column == 0 ? held : static_cast<Token>(rng_.below(2))) : 0;
    const std::size_t most = in_streams ? kStreamDigits : kMostDigits;
    const auto length = [&] {
      return rng_.between(static_cast<std::uint32_t>(column + 1), static_cast<std::uint32_t>(most));
    };
    Tokens x = any_digits(rng_, length()), y = any_digits(rng_, length());
    // What compares numbers has to meet equal ones, too.
    const bool alike_before = &of == &kEquality || (&of == &kOrder && rng_.below(2) == 0);
    const bool alike_behind = (&of == &kEquality || &of == &kOrder) && rng_.below(2) == 0;
    if (alike_before) std::copy_n(x.begin(), column, y.begin());
    if (alike_behind) y.resize(column), y.insert(y.end(), x.begin() + static_cast<std::ptrdiff_t>(column), x.end());
    if (a == kEnded && b == kEnded && rng_.below(2) == 0) x.resize(std::min(x.size(), column));
    set(x, column, a);
    set(y, column, b);
    if (held_before(of, first, x, y, column) != held) return std::nullopt;
    if (!in_streams) {
      if (!is_number(x) || !is_number(y)) return std::nullopt;
      return Question{tokens_of(function_.head, x, token::comma, y), {}};
    }
    if (function_.head == token::add && (x.empty() || y.empty())) return std::nullopt;
    // Nothing is taken from a smaller number.
    if (&of == &kDifference && held_before(of, first, x, y, std::max(x.size(), y.size())) != 0) {
      if (a == kEnded) return std::nullopt;
      x.resize(std::max(x.size(), y.size()), 0);
      x.push_back(1);
    }
    return stream_question(from_before ? std::span(&first, 1) : std::span<const Token>(), {std::move(x), std::move(y)});
  }

  void products() {
    const bool from_before = function_.head == token::mul_on;
    if (!from_before) cell(std::string(kNoProduct), [&] { return with_argument(0, std::array{Token{0}}); });
    for (std::size_t column = 0; column < kColumns; ++column) {
      for (Token factor = 1; factor < 10; ++factor) {
        for (Token carry = 0; carry < factor; ++carry) {
          for (Token x = kEnded; x < 10; ++x) {
            const std::string name =
                product_kind(column, factor) + ", " + digit_text(x) + " with carry " + std::to_string(carry);
            cell(name, [&] { return product_with(column, factor, carry, x, from_before); });
          }
        }
      }
    }
  }

  std::optional<Question> product_with(std::size_t column, Token factor, Token carry, Token x, bool from_before) {
    const std::array<Token, 2> first = {
        factor, from_before ? static_cast<Token>(rng_.below(static_cast<std::uint32_t>(factor))) : 0};
    Tokens digits = any_digits(rng_, rng_.between(static_cast<std::uint32_t>(column + 1), kStreamDigits));
    set(digits, column, x);
    Token held = first[1];
    for (std::size_t i = 0; i < column; ++i) held = (digits[i] * factor + held) / 10;
    if (held != carry || (!from_before && digits.empty())) return std::nullopt;
    return stream_question(std::span(first).first(from_before ? 2 : 1), {std::move(digits)});
  }

  void copies() {
    for (std::size_t column = 0; column < kColumns; ++column) {
      for (Token x = kEnded; x < 10; ++x) {
        cell(copy_kind(column) + ", " + digit_text(x), [&]() -> std::optional<Question> {
          Tokens digits = any_digits(rng_, rng_.between(static_cast<std::uint32_t>(column + 1), kStreamDigits));
          set(digits, column, x);
          if (function_.head == token::shift && digits.empty()) return std::nullopt;
          if (function_.head == token::num) digits.push_back(token::stop);
          return stream_question({}, {std::move(digits)});
        });
      }
    }
  }

  // All that arguments can be, the others as in training.

  [[nodiscard]] Question drawn() { return function_.draw(rng_, {"train", kStreamDigits}); }

  /// The drawn prompt with other tokens for one of its arguments. Nothing: the prompt is none of the function's.
  std::optional<Question> with_argument(std::size_t argument, std::span<const Token> tokens) {
    Question out = drawn();
    const Result<FramePrompt> prompt = read_frame_prompt(out.prompt);
    Tokens changed = {function_.head};
    for (std::size_t i = 0; i < prompt->arguments.size(); ++i) {
      if (i > 0) changed.push_back(token::comma);
      const std::span<const Token> part = i == argument ? tokens : prompt->arguments[i];
      changed.insert(changed.end(), part.begin(), part.end());
    }
    out.prompt = std::move(changed);
    return out;
  }

  void symbols(std::size_t argument, Token first, Token last) {
    for (Token token = first; token <= last; ++token)
      cell(to_text(std::span(&token, 1)), [&] { return with_argument(argument, std::span(&token, 1)); });
  }

  void arguments() {
    std::size_t number = 0;
    for (std::size_t i = 0; i < function_.arguments.size(); ++i) {
      switch (function_.arguments[i]) {
        case Argument::counter:
        case Argument::digit: {
          const Range& range = function_.ranges[number++];
          for (std::uint32_t n = range.least; n <= range.most; ++n) {
            const Digits digits = digits_of(n);
            cell(block_cell(range, range.name, n), [&] { return with_argument(i, digits); });
          }
          break;
        }
        case Argument::letter:
          if (function_.head == token::hanoi) {
            if (i == 1) pegs();
          } else {
            symbols(i, token::f, token::g);
          }
          break;
        case Argument::operation:
          for (const Token token : {token::max, token::min, token::sum}) symbols(i, token, token);
          break;
        case Argument::relation:
          symbols(i, token::first_form, token::parent_of);
          break;
        case Argument::path:
          for (std::size_t steps = 1; steps <= kMaxPathDigits; ++steps) {
            for (Token step = 0; step < 3; ++step) {
              cell("path of " + std::to_string(steps) + ", " + std::to_string(step), [&] {
                Tokens path(steps);
                for (Token& each : path) each = static_cast<Token>(rng_.below(3));
                path[0] = step;
                return with_argument(i, path);
              });
            }
          }
          break;
        case Argument::stream:
        case Argument::output:
          break;
      }
    }
  }

  void pegs() {
    for (Token from = token::first_peg; from <= token::last_peg; ++from) {
      for (Token over = token::first_peg; over <= token::last_peg; ++over) {
        for (Token to = token::first_peg; to <= token::last_peg; ++to) {
          if (from == over || over == to || to == from) continue;
          const Tokens pegs = {from, over, to};
          cell(peg_kind(from) + ", " + to_text(pegs), [&] {
            const Digits n = digits_of(rng_.below(function_.ranges[0].most + 1));
            return std::optional(Question{tokens_of(function_.head, n, token::comma, from, token::comma, over,
                                                    token::comma, to, token::comma, token::out),
                                          {}});
          });
        }
      }
    }
  }

  // All that calls can return, up to three digits.

  void values() {
    constexpr std::uint32_t all = 999;
    const std::vector<const Function*> callees = callees_with_numbers();
    for (std::size_t call = 0; call < callees.size(); ++call) {
      const Range& range = callees[call]->values;
      for (std::uint32_t n = range.least; n <= range.most; n = n < all ? n + 1 : n + 37) {
        cell(
            block_cell(range, value_name(call), n), [&] { return std::optional(drawn()); },
            FixedValue{call, digits_of(n)});
      }
    }
  }

  /// Of the call with the most of them, as far as a few hundred frames show.
  std::vector<const Function*> callees_with_numbers() {
    std::vector<const Function*> out;
    for (int i = 0; i < 300; ++i) {
      const std::optional<Frame> frame = random_frame(rng_, drawn());
      if (!frame) continue;
      std::vector<const Function*> here;
      for (std::size_t t = frame->prompt; t + 1 < frame->tokens.size(); ++t) {
        if (frame->own[t] == 0 || frame->tokens[t] != token::call) continue;
        const Function* callee = find_function(frame->tokens[t + 1]);
        Rng probe(0, stream_of("probe"), 0);
        bool number = false;
        for (int k = 0; k < 32 && !number; ++k) number = is_number(callee->value(probe, {}));
        if (number) here.push_back(callee);
      }
      if (here.size() > out.size()) out = std::move(here);
    }
    return out;
  }

  /// As in training, by the first token that is read, or else by what calls said.
  void samples() {
    for (std::size_t i = 0; i < 200 * per_cell_; ++i) {
      std::optional<Frame> frame = random_frame(rng_, drawn());
      if (!frame) continue;
      const Result<std::vector<std::string>> kinds = kinds_in(*frame);
      for (const std::string_view wanted : {kReads, kTold}) {
        const auto kind =
            std::find_if(kinds->begin(), kinds->end(), [&](const std::string& k) { return k.starts_with(wanted); });
        if (kind == kinds->end()) continue;
        out_.push_back({*kind, *std::move(frame)});
        break;
      }
    }
  }

  const Function& function_;
  std::size_t per_cell_;
  Rng rng_;
  std::vector<SweptFrame> out_;
};

/// Of the numbers that calls returned, and all that they said together.
std::vector<std::string> value_kinds(const Frame& frame) {
  const std::span<const Token> tokens = frame.tokens;
  std::vector<std::string> out;
  std::string flags;
  for (std::size_t i = frame.prompt; i < tokens.size(); ++i) {
    if (frame.own[i] == 0 || tokens[i] != token::call) continue;
    const Function& callee = *find_function(tokens[i + 1]);
    const auto value = std::find(tokens.begin() + static_cast<std::ptrdiff_t>(i), tokens.end(), token::end) + 1;
    const std::span<const Token> digits(value, std::find(value, tokens.end(), token::end));
    if (is_number(digits)) {
      out.push_back(block_kind(callee.values, value_name(out.size()), counter_of(digits)));
    } else if (digits.size() == 1) {
      flags += (flags.empty() ? "" : " ") + to_text(digits);
    }
  }
  if (!flags.empty()) out.push_back(std::string(kTold) + flags);
  return out;
}

/// What the frame READs of its streams.
std::vector<Tokens> streams_in(const Frame& frame, std::size_t streams) {
  std::vector<Tokens> out(streams);
  for (std::size_t i = frame.prompt; i < frame.tokens.size(); ++i) {
    if (frame.own[i] == 0 || frame.tokens[i] != token::read) continue;
    for (std::size_t s = 0; s < streams; ++s) out[s].push_back(frame.tokens[i + 1 + s]);
  }
  return out;
}

}  // namespace

std::vector<SweptFrame> sweep_of(const Function& function, std::size_t per_cell) {
  return Sweep(function, std::max<std::size_t>(per_cell, 1)).frames();
}

std::string_view kind_of(std::string_view cell) {
  return cell.substr(0, cell.find(','));
}

Result<std::vector<std::string>> kinds_in(const Frame& frame) {
  const Result<FramePrompt> prompt = read_frame_prompt(std::span(frame.tokens).first(frame.prompt - 1));
  if (!prompt) return prompt.error();
  const Function& function = *prompt->function;
  const Token head = function.head;
  std::vector<std::string> out;
  const std::vector<Tokens> streams = streams_in(frame, prompt->streams);
  const bool digit_first = !function.arguments.empty() && function.arguments[0] == Argument::digit;
  const Token first = digit_first ? prompt->arguments[0][0] : 0;
  if (const Columns* of = columns_of(head)) {
    const auto number = [&](std::size_t i) {
      return streams.empty() ? prompt->arguments[i] : std::span<const Token>(streams[i]);
    };
    const std::size_t last =
        streams.empty() ? std::max(number(0).size(), number(1).size()) : std::min(streams[0].size(), kColumns);
    Token held = first;
    const auto digit = [&](std::size_t n, std::size_t column) {
      const Token token = value_at(number(n), column);
      return token::is_digit(token) ? token : 0;
    };
    for (std::size_t i = 0; i < last && (of != &kEquality || held == 0); ++i) {
      out.push_back(column_kind(*of, i, held));
      held = of->next(held, digit(0, i), digit(1, i));
    }
    return out;
  }
  if (head == token::mul || head == token::mul_on) {
    for (std::size_t i = 0; i < std::min(streams[0].size(), kColumns); ++i) out.push_back(product_kind(i, first));
    if (first == 0) out.emplace_back(kNoProduct);
    return out;
  }
  if (head == token::shift || head == token::copy || head == token::num) {
    for (std::size_t i = 0; i < std::min(streams[0].size(), kColumns); ++i) out.push_back(copy_kind(i));
    return out;
  }
  std::size_t numbers = 0;
  for (std::size_t i = 0; i < function.arguments.size(); ++i) {
    const std::span<const Token> part = prompt->arguments[i];
    switch (function.arguments[i]) {
      case Argument::counter:
      case Argument::digit: {
        const Range& range = function.ranges[numbers++];
        out.push_back(block_kind(range, range.name, counter_of(part)));
        break;
      }
      case Argument::letter:
        if (head != token::hanoi) out.push_back(to_text(part));
        if (head == token::hanoi && i == 1) out.push_back(peg_kind(part[0]));
        break;
      case Argument::operation:
      case Argument::relation:
        out.push_back(to_text(part));
        break;
      case Argument::path:
        out.push_back("path of " + std::to_string(part.size()));
        break;
      case Argument::stream:
      case Argument::output:
        break;
    }
  }
  for (const std::string& value : value_kinds(frame)) out.push_back(value);
  if (!streams.empty() && !streams[0].empty())
    out.push_back(std::string(kReads) + to_text(std::span(streams[0]).first(1)));
  return out;
}

}  // namespace trm::tasks
