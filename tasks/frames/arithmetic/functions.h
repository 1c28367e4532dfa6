// Functions that the tasks' functions call: digit-serial arithmetic on streams, and arithmetic on short numbers.
#pragma once

#include <cstddef>

#include "tasks/frames/function.h"

namespace trm::tasks::arithmetic {

/// Value of a column's token, 0 behind the end; the frame is broken if it is no digit.
Token digit_of(FrameWriter& f, Token token);

/// ADD X , Y:  { READ x y  EMIT z  note carry }  READ $ $  [EMIT 1]  RET.  A stream at its end counts as zeros. After
/// eight columns:  CALL ADDC carry , X , Y , O  RET.
extern const Function kAdd, kAddOn;
/// MUL d , X:  { READ x  note d  EMIT y  note carry }  READ $  [EMIT carry]  RET;  MUL 0 , X emits 0 alone. After eight
/// columns:  CALL MULC d , carry , X , O  RET.
extern const Function kMultiply, kMultiplyOn;
/// SHIFT X: ten times X, which is not 0:  EMIT 0  { READ x EMIT x }  READ $  RET. After eight columns:  CALL COPY X ,
/// O.
extern const Function kShift, kCopy;
/// PLUS a , b: RET a + b; at most four digits each.
extern const Function kPlus;
/// MINUS a , b:  { note a digit of a - b, for each digit of the longer one }  RET a - b, 0 if that is negative.
extern const Function kMinus;
/// LESS a , b:  { note YES or NO: is a < b up to this digit, the least significant one first? }  RET the last note.
extern const Function kLess;
/// SAME a , b:  { note YES or NO: are the numbers the same up to this digit? }  RET the last note.
extern const Function kSame;
/// RAISE e , b , X: b^e times X. SCALE c , X: c times X.
extern const Function kRaise, kScale;
/// SUB X , Y: X - Y, 0 if that is negative, with zeros in front. SUBC borrow , X , Y , O goes on with it, X >= Y.
extern const Function kSubtract, kSubtractOn;
/// EQUAL X , Y: are the numbers equal? BELOW v , X , Y: is X < Y? v: 1 if the digits before were below.
extern const Function kEqual, kBelow;
/// REM d , X: X modulo d.
extern const Function kRemainder;

}  // namespace trm::tasks::arithmetic
