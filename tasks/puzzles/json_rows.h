// Boards as JSON: arrays of numbers, of texts, or of such arrays, as programs print them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace trm::tasks {

/// The cells of an array of single values, or one text of an array of longer ones, and the line where it begins,
/// from 1.
struct JsonRow {
  std::size_t line = 0;
  std::string cells;
};

/// Any number of arrays one after another; how deep they are nested does not matter. null, 0 and empty texts are
/// blanks. `file` names the source in errors. Error: no JSON array; an object, a number of several digits, another
/// word.
Result<std::vector<JsonRow>> read_json_rows(std::string_view text, const std::string& file);

}  // namespace trm::tasks
