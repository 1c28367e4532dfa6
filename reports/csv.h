// The flat records as comma-separated values.
#pragma once

#include <string>

#include "reports/record.h"

namespace trm::reports {

/// One field, quoted and kept from being a formula as to_csv() says.
std::string csv_cell(std::string text);

/// RFC 4180 with "\n" line ends: a header line, then one line per record in their order. Numbers are exact; an absent
/// interval is two empty fields. Fields that hold a comma, semicolon, tab, quote or line break are quoted. A name that
/// a spreadsheet would run as a formula ("=1+1", "@x", "-x", but not "-1.5") gets an apostrophe before it.
std::string to_csv(const RunResults& results);

}  // namespace trm::reports
