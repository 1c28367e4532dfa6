// The frames that run a program which is the stream X: the program is read, never learnt.
#pragma once

#include <array>

#include "tasks/frames/function.h"
#include "tasks/recursion/program/program.h"

namespace trm::tasks::program {

/// What calls are of and what they return.
inline constexpr Range kValues = {"value", 0, kMaxValue};
inline constexpr std::array<Range, 1> kArguments = {{{"n", 0, kMaxValue}}};

/// RUN f , n , X: the value of a call. The function is the first or, behind OVER X, the second of the stream.
///   READ [name]  { CALL OVER X  READ [name] }  CALL EVAL n , X -> v  RET v
extern const Function kRun;
/// EVAL n , X: the value of the expression that comes next. What it calls reads the program from its start:
///   READ [f]  CALL EVAL n , X -> a  CALL RUN f , a , FRESH X -> v  RET v
///   READ [IF] READ [LESS] { READ [digit] } READ [;]  CALL LESS n , k  { CALL OVER X }  CALL EVAL n , X -> v  RET v
extern const Function kEvaluate;
/// The same with the calls written to O: f 7 ; g 6 ; ...
extern const Function kTrace, kWalk;
/// OVER X: reads an expression and does nothing.
extern const Function kOver;
/// ORDER f , n , X: the calls as a stream. CALLS f , n , X: how many they are. ENDS f , n , X: YES, or never anything.
extern const Function kOrder, kCalls, kEnds;
/// LENGTH c , X: c and the number of ; in the stream.
extern const Function kLength;
/// TIMES k , a: by PLUS. MOD a , m: by MINUS.
extern const Function kMultiply, kModulo;

}  // namespace trm::tasks::program
