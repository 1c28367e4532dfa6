// s() = 0, s(head, rest...) = head + s(rest...): linear recursion over a list.
#pragma once

#include <cstddef>

#include "tasks/frames/function.h"
#include "tasks/task/task.h"

namespace trm::tasks::list_sum {

inline constexpr Range kElements = {"list", 0, 99};
inline constexpr std::size_t kMaxLength = 100;  ///< a sum has at most four digits

/// LIST X, X = numbers with ; behind each:  READ $: RET 0.  Otherwise { READ digit } READ ; CALL LIST X -> s;
/// CALL PLUS head , s -> t; RET t.
extern const Function kFunction;

const Task& task();

}  // namespace trm::tasks::list_sum
