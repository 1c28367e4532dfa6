#include "tasks/digits.h"
#include "tasks/factorial/factorial.h"
#include "tasks/frame_writer.h"
#include "tasks/vocabulary.h"

namespace trm::tasks::factorial {

Result<Frame> write(std::span<const Token> prompt, const FramePrompt& parts, const Callee& callee) {
  FrameWriter writer(prompt, callee);
  const std::span<const Token> n = parts.arguments[0];
  const std::span<const Token> c = parts.arguments[1];
  if (is_zero(n)) return writer.ret(c);

  const Result<Digits> v = writer.call(token::fact, {predecessor(n), c});
  if (!v) return v.error();
  const Result<Digits> p = writer.call(token::mul, {n.first(1), *v});
  if (!p) return p.error();
  if (n.size() == 1) return writer.ret(*p);
  const Result<Digits> q = writer.call(token::mul, {n.subspan(1), *v});
  if (!q) return q.error();
  return writer.ret(add(*p, times_ten(*q)));
}

}  // namespace trm::tasks::factorial
