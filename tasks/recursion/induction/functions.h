// The functions that check a proof, one assertion after another (tasks/recursion/induction/assertions.cc has their
// form).
#pragma once

#include "tasks/frames/function.h"

namespace trm::tasks::induction {

/// PROOF line , k , other , X: the number of the first line from this one on that does not hold, YES if all do.
/// CHECK k , other , X: do the assertions up to the . hold?
extern const Function kProve, kCheck;
/// VALUE k , other , X: the value of an expression, a stream of digits. NUM X , O emits what is left of a number.
extern const Function kValueOf, kNumber;

}  // namespace trm::tasks::induction
