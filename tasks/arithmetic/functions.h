// Digit-serial arithmetic on streams, and arithmetic on the short numbers of a frame: what the tasks' functions call.
#pragma once

#include "tasks/function.h"

namespace trm::tasks::arithmetic {

/// ADD X , Y:  { READ x y  EMIT z  note carry }  READ $ $  [EMIT 1]  RET.  A stream at its end counts as zeros.
extern const Function add;
/// MUL d , X:  { READ x  note d  EMIT y  note carry }  READ $  [EMIT carry]  RET;  MUL 0 , X emits 0 alone.
extern const Function multiply;
/// SHIFT X: ten times X, which is not 0:  EMIT 0  { READ x EMIT x }  READ $  RET.
extern const Function shift;
/// PLUS a , b: RET a + b; at most four digits each.
extern const Function plus;
/// MINUS a , b: RET a - b, a >= b.
extern const Function minus;

}  // namespace trm::tasks::arithmetic
