#include "tasks/digits.h"
#include "tasks/fibonacci/fibonacci.h"
#include "tasks/frame_writer.h"
#include "tasks/vocabulary.h"

namespace trm::tasks::fibonacci {

Result<Frame> write(std::span<const Token> prompt, const FramePrompt& parts, const Callee& callee) {
  FrameWriter writer(prompt, callee);
  const std::span<const Token> n = parts.arguments[0];
  const std::span<const Token> a = parts.arguments[1];
  const std::span<const Token> b = parts.arguments[2];
  if (is_zero(n)) return writer.ret(a);
  const Digits one_less = predecessor(n);
  if (is_zero(one_less)) return writer.ret(b);

  const Result<Digits> v = writer.call(token::fib, {one_less, a, b});
  if (!v) return v.error();
  const Result<Digits> w = writer.call(token::fib, {predecessor(one_less), a, b});
  if (!w) return w.error();
  return writer.ret(add(*v, *w));
}

}  // namespace trm::tasks::fibonacci
