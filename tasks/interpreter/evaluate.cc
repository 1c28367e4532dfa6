// EVAL X: the value of an expression, which is the stream X, in the environment of the frame.
//
//   expression  V3                          a variable
//               ' part                      a constant
//               IF test operand operand     LET operand part         APPLY body { operand }
//               LIST { operand }            PRINT operand part       AND test test   OR test test   NOT test
//               FAIL error                  HEAD operand { operand } with the head of a function
//   operand     V3 | ' part | part          a part is an expression
//   test, body  part                        an expression; that of a test is YES or NO
#include <array>
#include <utility>

#include "tasks/interpreter/function.h"

namespace trm::tasks::interpreter {
namespace {

/// Items of a list that one frame looks at, since each of them may take two letters.
constexpr std::size_t kItems = 3;

/// The stream that holds the operand's value; `token` is its first item.
Token operand(Writer& f, Token token) {
  if (token::is_variable(token)) return token;
  if (token == token::quote)
    token = f.read();
  else if (token::is_letter(token))
    return f.await(token::eval, token);
  if (!token::is_letter(token)) f.unreadable(token);
  return token;
}

Token operand(Writer& f) {
  return operand(f, f.read());
}

/// A part that is an expression.
Token part(Writer& f) {
  const Token token = f.read();
  if (!token::is_letter(token)) f.unreadable(token);
  return token;
}

/// The value of the operand is the value of the frame.
void become(Writer& f, Token token) {
  if (token::is_letter(token)) return f.tail(token::eval, token);
  f.ret(operand(f, token));
}

bool test(Writer& f) {
  return f.call_flag(token::eval, part(f));
}

void choose(Writer& f) {
  if (test(f)) return become(f, f.read());
  if (f.read() == token::quote) f.read();
  become(f, f.read());
}

void bind(Writer& f) {
  const Token value = operand(f);
  f.tail(token::eval, part(f), token::push, value);
}

void apply(Writer& f) {
  const Token body = part(f);
  Tokens arguments;
  for (Token token = f.read(); token != token::eos && !f.failed(); token = f.read()) {
    arguments.push_back(operand(f, token));
  }
  f.tail(token::eval, body, token::with, arguments);
}

void write_items(Writer& f) {
  for (std::size_t i = 0; i < kItems; ++i) {
    const Token token = f.read();
    if (token == token::eos) return f.ret();
    f.emit(operand(f, token));
  }
  f.tail(token::items, token::x);
}

void print(Writer& f) {
  f.show(operand(f));
  f.tail(token::eval, part(f));
}

/// AND goes on where its first test holds, OR where it does not.
void either(Writer& f, bool goes_on) {
  const bool first = test(f);
  if (first != goes_on) return f.ret(first ? token::yes : token::no);
  f.tail(token::eval, part(f));
}

bool takes_one(Token head) {
  return head == token::truth || head == token::neg || head == token::abs || head == token::to_int ||
         head == token::len || head == token::first || head == token::later || head == token::to_text;
}

bool takes_two(Token head) {
  constexpr std::array heads = {token::same, token::less, token::above, token::add,   token::sub,  token::mul,
                                token::div,  token::mod,  token::index, token::after, token::up_to};
  for (const Token known : heads) {
    if (head == known) return true;
  }
  return false;
}

void write_eval(Writer& f) {
  const Token head = f.read();
  if (token::is_variable(head) || head == token::quote) return become(f, head);
  if (head == token::if_) return choose(f);
  if (head == token::let) return bind(f);
  if (head == token::apply) return apply(f);
  if (head == token::print) return print(f);
  if (head == token::and_ || head == token::or_) return either(f, head == token::and_);
  if (head == token::not_) return f.ret(test(f) ? token::no : token::yes);
  if (head == token::fail) return f.raise(f.read());
  if (head == token::items_of) {
    f.emit(token::list);
    return write_items(f);
  }
  if (takes_one(head)) return f.tail(head, operand(f));
  if (!takes_two(head)) f.unreadable(head);
  const Token a = operand(f), b = operand(f);
  if (head == token::above) return f.tail(token::less, b, a);
  f.tail(head, a, b);
}

constexpr std::array kEvaluations = {
    Function{token::eval, "", 1, 1, false, write_eval},
    Function{token::items, "", 1, 1, false, write_items},
};

}  // namespace

std::span<const Function> evaluation_functions() {
  return kEvaluations;
}

}  // namespace trm::tasks::interpreter
