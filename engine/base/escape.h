// Text from outside, made safe to show: names of files and tensors, metadata, prompts and keys may hold what moves the
// cursor, recolours or retitles a terminal, or turns the order of letters.
#pragma once

#include <string>
#include <string_view>

namespace trm {

enum class LineBreaks {
  escaped,  ///< of text that has one line
  kept,     ///< newlines and tabs stand
};

/// `text` without anything that a terminal obeys or hides: bytes that are no UTF-8 and control characters (C0) become
/// \xNN; DEL, C1 controls, line separators, marks of writing direction and byte order \uNNNN, which means the same in a
/// JSON string.
std::string escaped(std::string_view text, LineBreaks breaks = LineBreaks::escaped);

}  // namespace trm
