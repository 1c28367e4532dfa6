// Lists of row numbers as people write them: "0,5,7-9".
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace trm {

/// Numbers and ranges, in the given order, separated by commas or white space. Error: anything else, a row that is not
/// below `count`, a row that is named twice, none, or more than `most` of them. `source` names the list in errors.
Result<std::vector<std::size_t>> parse_rows(std::string_view text, std::size_t count, std::size_t most,
                                            const std::string& source);

/// The shortest such list: parse_rows(rows_text(rows)) gives the same rows.
std::string rows_text(std::span<const std::size_t> rows);

}  // namespace trm
