// The words and signs of Python source, with its indentation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tasks/python/program.h"

namespace trm::tasks::python {

enum class LexemeKind : unsigned char {
  name,         ///< also keywords
  number,       ///< Lexeme::value
  real,         ///< 1.5, 1e3, 2j
  text,         ///< Lexeme::value
  format_text,  ///< f"..."
  bytes,        ///< b"..."
  sign,
  newline,  ///< a logical line ends
  indent,
  dedent,
  end,
};

struct Lexeme {
  LexemeKind kind = LexemeKind::end;
  std::string_view text;  ///< as it stands in the source
  Value value;
  Place place;
};

/// The last lexeme is `end`, and a newline stands before it. They point into `source`. Error: names the place.
Result<std::vector<Lexeme>> lex(std::string_view source, const std::string& file);

/// About a place in a program.
Error error_at(const std::string& file, Place place, std::string message, std::string fix);

}  // namespace trm::tasks::python
