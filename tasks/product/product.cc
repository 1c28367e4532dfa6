#include "tasks/product/product.h"

#include "tasks/digits.h"
#include "tasks/frame_writer.h"

namespace trm::tasks::product {

Frame write(std::span<const Token> prompt, const FramePrompt& parts, const Callee& callee) {
  return FrameWriter(prompt, callee).ret(times_digit(parts.arguments[1], parts.arguments[0][0]));
}

Natural solve(std::uint32_t d, const Natural& x) {
  Natural value = x;
  value.multiply(d);
  return value;
}

}  // namespace trm::tasks::product
