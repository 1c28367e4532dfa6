#include "reports/csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <string_view>

#include "reports/format.h"

namespace trm::reports {
namespace {

/// With these a cell begins that a spreadsheet reads as a formula; the last four are their full-width forms.
constexpr std::string_view kFormulaMarks[] = {"=",  "+",      "-",      "@",      "\t",    "\r",
                                              "\n", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};

bool is_number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(value);
}

bool is_formula(std::string_view text) {
  return !is_number(text) && std::any_of(std::begin(kFormulaMarks), std::end(kFormulaMarks),
                                         [&](std::string_view mark) { return text.starts_with(mark); });
}

}  // namespace

// Semicolons and tabs separate cells for some readers.
std::string csv_cell(std::string text) {
  if (is_formula(text)) text.insert(0, "'");
  if (text.find_first_of(",;\"\t\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string to_csv(const RunResults& results) {
  std::string out = "task,slice,model,mode,metric,unit,depth,value,ci_low,ci_high,n\n";
  for (const Record& r : results.records) {
    for (const std::string* text : {&r.task, &r.slice, &r.model, &r.mode, &r.metric, &r.unit})
      out += csv_cell(*text) + ",";
    out += std::to_string(r.depth) + "," + exact_number(r.value) + ",";
    out += (r.ci_low ? exact_number(*r.ci_low) : "") + "," + (r.ci_high ? exact_number(*r.ci_high) : "") + ",";
    out += std::to_string(r.n) + "\n";
  }
  return out;
}

}  // namespace trm::reports
