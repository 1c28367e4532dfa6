// Binary trees: labels in four orders, height, sum of the labels: tree recursion over a stream.
//
// X is the tree in preorder with . for every empty subtree; the calls of a frame read on where it stopped.
#pragma once

#include <cstdint>

#include "tasks/frames/function.h"
#include "tasks/task/task.h"

namespace trm::tasks::tree_traversal {

/// PRE X , O:  READ label  EMIT label  CALL PRE X , O  CALL PRE X , O  RET;  an empty tree: RET.
extern const Function kPreorder;
extern const Function kInorder;
extern const Function kPostorder;
/// LEVEL k , X , O: labels from level k on: CALL AT k , FRESH X , O; as long as there were any, CALL LEVEL k+1 , X , O.
extern const Function kLevelOrder;
/// AT k , X , O: emits the labels k steps below the root; RET YES if there are any, NO otherwise.
extern const Function kAtLevel;
/// SKIP X: reads over a subtree.
extern const Function kSkip;
/// HEIGHT X: RET levels of the tree.
extern const Function kHeight;
/// TOTAL X: RET sum of the labels.
extern const Function kTotal;

const Task& task();

}  // namespace trm::tasks::tree_traversal
