// Binary trees: labels in four orders, height, sum of the labels: tree recursion over a stream.
//
// X is the tree in preorder with . for every empty subtree; the calls of a frame read on where it stopped.
#pragma once

#include <cstdint>

#include "tasks/frames/function.h"
#include "tasks/task/task.h"

namespace trm::tasks::tree_traversal {

/// PRE X , O:  READ label  EMIT label  CALL PRE X , O  CALL PRE X , O  RET;  an empty tree: RET.
extern const Function preorder;
extern const Function inorder;
extern const Function postorder;
/// LEVEL k , X , O: labels from level k on: CALL AT k , FRESH X , O; as long as there were any, CALL LEVEL k+1 , X , O.
extern const Function level_order;
/// AT k , X , O: emits the labels k steps below the root; RET YES if there are any, NO otherwise.
extern const Function at_level;
/// SKIP X: reads over a subtree.
extern const Function skip;
/// HEIGHT X: RET levels of the tree.
extern const Function height;
/// TOTAL X: RET sum of the labels.
extern const Function total;

const Task& task();

}  // namespace trm::tasks::tree_traversal
