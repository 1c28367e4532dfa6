#include "bench/frames/predictions.h"

#include <utility>

#include "engine/sys/standard_input.h"
#include "tasks/exchange/jsonl.h"

namespace trm::bench {

namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 30;

}  // namespace

Result<std::shared_ptr<const Predictions>> read_predictions(const std::string& file, tasks::Reading reading,
                                                            const tasks::LogChoice& choice,
                                                            std::vector<std::string>* notes) {
  const Result<std::string> text = read_input(file, kLargestFile);
  if (!text.ok()) return text.error();
  Result<std::vector<tasks::Prediction>> lines = tasks::read_predictions(*text, input_name(file), choice, notes);
  if (!lines.ok()) return lines.error();
  auto out = std::make_shared<Predictions>();
  out->reading = reading;
  for (tasks::Prediction& line : *lines) {
    std::string id = line.id;
    out->by_id.emplace(std::move(id), std::move(line));
  }
  return std::shared_ptr<const Predictions>(std::move(out));
}

std::size_t count_unasked(const Predictions& predictions, const std::vector<Workload>& workloads) {
  std::size_t asked = 0;
  for (const Workload& workload : workloads) {
    for (const tasks::Item& item : workload.items) asked += predictions.by_id.count(item.id);
  }
  return predictions.by_id.size() - asked;
}

OfflinePass judge_predictions(const Predictions& predictions, const Workload& workload) {
  OfflinePass out;
  for (const tasks::Item& item : workload.items) {
    ItemOutcome& outcome = out.items.emplace_back();
    const auto at = predictions.by_id.find(item.id);
    outcome.missing = at == predictions.by_id.end();
    if (outcome.missing) continue;
    outcome.verdict = Verdict::answered;
    outcome.right = tasks::is_right(item, at->second, predictions.reading);
  }
  return out;
}

}  // namespace trm::bench
