#include "reports/summary.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/interval.h"
#include "reports/stats.h"

namespace trm::reports {

Record ratio_record(Record base, std::uint64_t successes, std::uint64_t n) {
  successes = std::min(successes, n);
  const Interval interval = wilson_interval(successes, n);
  base.unit = "ratio";
  base.value = n == 0 ? 0 : static_cast<double>(successes) / static_cast<double>(n);
  base.ci_low = interval.low;
  base.ci_high = interval.high;
  base.n = n;
  return base;
}

std::vector<Record> percentile_records(const SampleSet& samples) {
  constexpr std::array<std::pair<double, const char*>, 3> wanted = {{{0.5, "p50"}, {0.9, "p90"}, {0.99, "p99"}}};
  std::vector<Record> out;
  for (const auto& [p, name] : wanted) {
    if (p > 0.5 && !percentile_is_supported(samples.values.size(), p)) continue;
    const std::optional<double> value = percentile(samples.values, p);
    if (!value) continue;
    Record record;
    record.task = samples.task;
    record.slice = samples.slice;
    record.model = samples.model;
    record.mode = samples.mode;
    const std::size_t cut = samples.metric.rfind('_');
    record.metric = samples.metric.substr(0, cut) + "_" + name;
    if (cut != std::string::npos) record.metric += samples.metric.substr(cut);
    record.unit = samples.unit;
    record.value = *value;
    record.n = samples.values.size();
    if (const auto interval = percentile_interval(samples.values, p)) {
      record.ci_low = interval->low;
      record.ci_high = interval->high;
    }
    out.push_back(std::move(record));
  }
  return out;
}

}  // namespace trm::reports
