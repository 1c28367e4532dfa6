// A comparison for people: a terminal, a pull request.
#pragma once

#include <string>

#include "reports/compare/judge.h"
#include "reports/tables.h"

namespace trm::reports::compare {

/// "+10.1 %", "-0.3 points": a change as a reader meets it.
std::string change_text(const Row& row);
/// "+9.2 to +11.0 %"; empty: there is no interval.
std::string interval_text(const Row& row);
/// Why, with how many more pairs would decide; may be empty.
std::string reason_text(const Row& row);
/// "Regressed: 1 of 12 is worse by more than 5 %."
std::string headline(const Comparison& comparison);
/// What the machine's noise is, or that nobody measured it; empty where nothing noisy was compared.
std::string floor_sentence(const Comparison& comparison);

/// Has this row news: anything but pass and not judged?
bool moved(const Row& row);
/// The rows that moved, worst first, or all others.
Table verdict_table(const Comparison& comparison, bool moved_rows);

/// Columns of aligned text, the moved rows first; `all` shows the rest too.
std::string to_text(const Comparison& comparison, bool all);
/// A table of what moved; the rest, the failures and the notes are folded. Texts are escaped.
std::string to_markdown(const Comparison& comparison);

/// Cells as text in aligned columns, details left out. For terminals.
std::string aligned(const Table& table);

}  // namespace trm::reports::compare
