#include "tasks/interpreter/function.h"

#include <algorithm>
#include <array>

namespace trm::tasks::interpreter {
namespace {

std::vector<Function> gather() {
  std::vector<Function> out;
  for (const auto& wing : {evaluation_functions(), comparison_functions(), sum_functions(), product_functions(),
                           quotient_functions(), sequence_functions(), text_functions()}) {
    out.insert(out.end(), wing.begin(), wing.end());
  }
  std::sort(out.begin(), out.end(), [](const Function& a, const Function& b) { return a.head < b.head; });
  return out;
}

bool fits(char symbol, Token token) {
  if (symbol == 'd') return token::is_digit(token);
  if (symbol == 'r') return token::is_truth(token);
  return token::is_sign(token);
}

Error malformed(std::span<const Token> prompt, const std::string& message) {
  constexpr std::size_t shown = 40;
  std::string text = to_text(prompt.first(std::min(prompt.size(), shown)));
  if (prompt.size() > shown) text += " ...";
  return Error{ErrorCode::bad_input, "frame prompt \"" + text + "\"", "", message,
               "write a function with its arguments"};
}

}  // namespace

std::span<const Function> all_functions() {
  static const std::vector<Function> functions = gather();
  return functions;
}

const Function* find_function(Token head) {
  const auto all = all_functions();
  const auto at =
      std::lower_bound(all.begin(), all.end(), head, [](const Function& f, Token token) { return f.head < token; });
  return at != all.end() && at->head == head ? &*at : nullptr;
}

Result<const Function*> check_prompt(std::span<const Token> prompt) {
  if (prompt.empty()) return malformed(prompt, "is empty");
  const Function* function = find_function(prompt[0]);
  if (function == nullptr) return malformed(prompt, "starts with no known function");
  std::span<const Token> rest = prompt.subspan(1);
  for (const char symbol : function->symbols) {
    if (rest.empty() || !fits(symbol, rest[0])) return malformed(prompt, "has an argument of another kind");
    rest = rest.subspan(1);
  }
  std::size_t streams = 0;
  while (!rest.empty() && rest[0] == token::x + static_cast<Token>(streams)) {
    ++streams;
    rest = rest.subspan(1);
  }
  if (streams < function->least_streams || streams > function->most_streams) {
    return malformed(prompt, "has " + std::to_string(streams) + " streams");
  }
  if (function->takes_output && !rest.empty() && rest[0] == token::out) rest = rest.subspan(1);
  if (!rest.empty()) return malformed(prompt, "has too many arguments");
  return function;
}

Result<Frame> write_frame(std::span<const Token> prompt, World& world) {
  const Result<const Function*> function = check_prompt(prompt);
  if (!function) return function.error();
  Writer writer(prompt, world);
  (*function)->write(writer);
  return std::move(writer).finish();
}

}  // namespace trm::tasks::interpreter
