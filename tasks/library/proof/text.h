// The text of a proof as lines, sentences and tokens.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tasks/library/proof/expression.h"

namespace trm::tasks::library::proof {

inline constexpr std::size_t kMostLines = 99;
inline constexpr std::size_t kMostProofBytes = 65'536;

/// About a line: 'line 4: "..." WHY'.
Error line_error(const std::string& place, std::size_t line, std::string_view words, std::string why, std::string fix);

struct Sentence {
  std::size_t line = 1;  ///< as it is counted: from 1
  std::string text;
  std::vector<Token> tokens;
};

/// Lines stand between ; or line breaks, and may be numbered. A text that is all on one line is counted by its
/// sentences. Letters and signs of Unicode that mean the same as ASCII are read as ASCII. Error: too long, too many
/// lines, a line with another number, a sign that is not read.
Result<std::vector<Sentence>> read_sentences(std::string_view text, const std::string& place);

}  // namespace trm::tasks::library::proof
