// The compact report for a pull request.
#pragma once

#include <cstddef>
#include <string>

#include "reports/record.h"
#include "reports/tables.h"

namespace trm::reports {

/// Text that no Markdown dialect reads as markup, on one line, for tables and HTML blocks.
std::string markdown_text(const std::string& text);

/// A table without its title; each cell shows at most `max_details` of its details in brackets.
std::string markdown_table(const Table& table, std::size_t max_details);

/// Claim, exact answers, latency, speed and memory as tables; depths, environment and models folded away.
/// Text from the records is escaped: it cannot become markup.
std::string to_markdown(const RunResults& results);

}  // namespace trm::reports
