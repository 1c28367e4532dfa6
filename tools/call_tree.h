// The call tree of a question as indented text, written while the machine works.
#pragma once

#include "engine/machine/machine.h"

namespace trm::cli {

/// An observer that prints the frames of one question after another (concurrency 1) to standard output:
///   fact 2 3
///     fact 1 3
///     ...
///     = 3   9 tokens, 0.21 ms
/// Frames that a model wrote into one sequence have no time of their own. Memo hits are marked, frames that were cut
/// off show what they had written.
MachineObserver call_tree_printer();

}  // namespace trm::cli
