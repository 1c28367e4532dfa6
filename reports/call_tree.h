// The call tree of an example: nested <details> for HTML, which work without scripts, and an outline in plain text.
#pragma once

#include <string>

#include "reports/record.h"

namespace trm::reports {

/// Each frame can be opened: its prompt, value, depth, tokens and time in one line, its own tokens and its callees
/// below. Open are the first frames, or the way to the first wrong token. Empty without frames.
std::string call_tree_html(const Example& example);

/// One line for each frame, indented by its place in the tree; wrong tokens are pointed out. Not escaped.
std::string call_tree_outline(const Example& example);

}  // namespace trm::reports
