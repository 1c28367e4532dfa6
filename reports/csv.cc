#include "reports/csv.h"

#include "reports/format.h"

namespace trm::reports {
namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::string to_csv(const RunResults& results) {
  std::string out = "task,slice,model,mode,metric,unit,depth,value,ci_low,ci_high,n\n";
  for (const Record& r : results.records) {
    for (const std::string* text : {&r.task, &r.slice, &r.model, &r.mode, &r.metric, &r.unit})
      out += quoted(*text) + ",";
    out += std::to_string(r.depth) + "," + exact_number(r.value) + ",";
    out += (r.ci_low ? exact_number(*r.ci_low) : "") + "," + (r.ci_high ? exact_number(*r.ci_high) : "") + ",";
    out += std::to_string(r.n) + "\n";
  }
  return out;
}

}  // namespace trm::reports
