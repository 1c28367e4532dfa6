// Lists inside lists: maximum, minimum, sum, median of three: nested recursion over a stream.
#pragma once

#include "tasks/frames/function.h"
#include "tasks/task/task.h"

namespace trm::tasks::nested_expression {

/// EXPR X: the value of the next expression of the stream, ) at the end of a list.
///   { READ digit } READ ;  RET number
///   READ MAX (MIN, SUM)  CALL EXPR X -> a  CALL REST MAX , a , X -> v  RET v
///   READ MED  CALL EXPR X three times -> a, b, c, and once more for the )  CALL MED a , b , c -> v  RET v
extern const Function kExpression;
/// MED a , b , c:  CALL LESS for a, b, for b, c and for a, c  RET the middle one
extern const Function kMedian;
/// REST op , a , X:  CALL EXPR X -> b;  b = ): RET a.  Otherwise CALL REST op , (a op b) , X -> v; RET v;
/// a + b by CALL PLUS a , b.
extern const Function kRest;

const Task& task();

}  // namespace trm::tasks::nested_expression
