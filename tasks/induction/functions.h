// The functions that check a proof, one assertion after another (tasks/induction/assertions.cc has their form).
#pragma once

#include "tasks/function.h"

namespace trm::tasks::induction {

/// PROOF line , k , other , X: the number of the first line from this one on that does not hold, YES if all do.
/// CHECK k , other , X: do the assertions up to the . hold?
extern const Function prove, check;
/// VALUE k , other , X: the value of an expression, a stream of digits. NUM X , O emits what is left of a number.
extern const Function value_of, number;
/// RAISE e , b , X: b^e times X. SCALE c , X: c times X.
extern const Function raise, scale;
/// SUB X , Y: X - Y, 0 if that is negative, with zeros in front. SUBC borrow , X , Y , O goes on with it, X >= Y.
extern const Function subtract, subtract_on;
/// EQUAL X , Y: are the numbers equal? BELOW v , X , Y: is X < Y? v: 1 if the digits before were below.
extern const Function equal, below;
/// REM d , X: X modulo d.
extern const Function remainder;

}  // namespace trm::tasks::induction
