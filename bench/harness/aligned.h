// Columns of text for terminals.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace trm::bench {

using TextLine = std::vector<std::string>;

/// Lines of equally many cells below one another, the first `words` columns to the left and the others, which are
/// numbers, to the right. There is one line at least.
std::string aligned(const std::vector<TextLine>& lines, std::size_t words);

}  // namespace trm::bench
