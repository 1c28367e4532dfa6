// A table as HTML.
#pragma once

#include <string>

#include "reports/tables.h"

namespace trm::reports {

/// Scrolls inside its own region; headers have scopes; neighbours that share their first header cell share one cell.
/// Empty cells are dashes, which the caption explains. Text is escaped. `id`: of the caption.
std::string table_html(const Table& table, const std::string& id);

}  // namespace trm::reports
