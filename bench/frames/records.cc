#include "bench/frames/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "engine/train/training_record.h"
#include "reports/summary.h"

namespace trm::bench {

namespace {

using reports::Record;

Record blank(const Contestant& contestant, const Workload& workload, const char* metric, const char* unit) {
  Record out;
  out.task = workload.task->name();
  out.slice = workload.slice;
  out.model = contestant.name;
  out.mode = contestant.mode();
  out.metric = metric;
  out.unit = unit;
  return out;
}

/// The metric that counts the items with this verdict; null: it is an answer.
const char* verdict_metric(Verdict verdict) {
  switch (verdict) {
    case Verdict::answered:
      return nullptr;
    case Verdict::recursion_limit:
      return "items_stopped_by_recursion_limit";
    case Verdict::frame_too_long:
      return "items_with_endless_frame";
    case Verdict::too_many_frames:
      return "items_with_too_many_frames";
    case Verdict::malformed:
      return "items_malformed";
    case Verdict::endless_loop:
      return "items_in_endless_loop";
    case Verdict::streams_too_long:
      return "items_with_endless_stream";
    case Verdict::deadlock:
      return "items_deadlocked";
    case Verdict::out_of_time:
      return "items_out_of_time";
    case Verdict::raised:
      return "items_raised";
  }
  return nullptr;
}

std::string info(const Model& model, const char* key) {
  const auto at = model.info.find(key);
  return at == model.info.end() ? "" : at->second;
}

template <class T>
T number(const std::string& text) {
  T out{};
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

}  // namespace

void add_offline_records(const Contestant& contestant, const Workload& workload, const OfflinePass& pass,
                         reports::RunResults& results) {
  const std::uint64_t n = pass.items.size();
  std::uint64_t seen = 0, right_unseen = 0, of_seen_frames = 0;
  std::uint64_t right = 0, frames = 0, judged = 0, right_frames = 0, own = 0, deepest = 0, memo_hits = 0;
  std::map<std::size_t, std::pair<std::uint64_t, std::uint64_t>> depths;  // right, all
  std::map<Verdict, std::uint64_t> verdicts;
  for (std::size_t i = 0; i < pass.items.size(); ++i) {
    const ItemOutcome& item = pass.items[i];
    right += item.right ? 1 : 0;
    frames += item.frames;
    judged += item.judged_frames;
    right_frames += item.right_frames;
    seen += item.seen_frames;
    right_unseen += item.right_unseen_frames;
    of_seen_frames += item.judged_frames > 0 && item.seen_frames == item.judged_frames ? 1 : 0;
    own += item.own_tokens;
    memo_hits += item.memo_hits;
    deepest = std::max<std::uint64_t>(deepest, item.max_depth);
    auto& at = depths[workload.items[i].depth];
    at.first += item.right ? 1 : 0;
    ++at.second;
    ++verdicts[item.verdict];
  }
  const auto add = [&](const char* metric, const char* unit, double value, std::uint64_t count) {
    Record record = blank(contestant, workload, metric, unit);
    record.value = value;
    record.n = count;
    results.records.push_back(std::move(record));
  };
  const double seconds = static_cast<double>(std::max<std::int64_t>(pass.elapsed_ns, 1)) * 1e-9;
  const double items = static_cast<double>(std::max<std::uint64_t>(n, 1));

  results.records.push_back(ratio_record(blank(contestant, workload, "exact_answer", "ratio"), right, n));
  // Question by question: two runs that asked the same ones are compared pairwise.
  reports::SampleSet answers;
  answers.task = workload.task->name();
  answers.slice = workload.slice;
  answers.model = contestant.name;
  answers.mode = contestant.mode();
  answers.metric = "exact_answer";
  answers.unit = "ratio";
  for (const ItemOutcome& item : pass.items) answers.values.push_back(item.right ? 1 : 0);
  if (!answers.values.empty()) results.samples.push_back(std::move(answers));
  if (contestant.mode() == "machine") {
    results.records.push_back(ratio_record(blank(contestant, workload, "exact_frame", "ratio"), right_frames, judged));
  }
  if (pass.distinct_frames > 0) {
    const auto add_share = [&](const char* metric, std::uint64_t part, std::uint64_t all) {
      results.records.push_back(ratio_record(blank(contestant, workload, metric, "ratio"), part, all));
    };
    if (seen < judged) add_share("exact_unseen_frame", right_unseen, judged - seen);
    add_share("share_of_frames_seen_in_training", seen, judged);
    add_share("share_of_distinct_frames_seen_in_training", pass.distinct_seen_frames, pass.distinct_frames);
    add_share("share_of_items_of_seen_frames_alone", of_seen_frames, n);
  }
  for (const auto& [depth, counts] : depths) {
    Record record =
        ratio_record(blank(contestant, workload, "exact_answer_by_depth", "ratio"), counts.first, counts.second);
    record.depth = static_cast<int>(depth);
    results.records.push_back(std::move(record));
  }
  if (!contestant.is_timed()) {
    const auto missing =
        std::count_if(pass.items.begin(), pass.items.end(), [](const ItemOutcome& item) { return item.missing; });
    add("items_not_predicted", "count", static_cast<double>(missing), n);
    return;
  }
  add("items_per_s", "1/s", static_cast<double>(n) / seconds, n);
  add("rss_peak_bytes", "bytes", static_cast<double>(pass.rss_peak_bytes), 0);
  if (!contestant.is_model()) return;
  add("tokens_per_s", "1/s", static_cast<double>(own) / seconds, own);
  if (frames > 0) add("frames_per_item", "count", static_cast<double>(frames) / items, n);
  if (memo_hits > 0) add("memo_hits_per_item", "count", static_cast<double>(memo_hits) / items, n);
  add("own_tokens_per_item", "count", static_cast<double>(own) / items, n);
  if (deepest > 0) add("stack_depth_max", "count", static_cast<double>(deepest), n);
  for (const auto& [verdict, count] : verdicts) {
    if (const char* metric = verdict_metric(verdict)) add(metric, "count", static_cast<double>(count), n);
  }
}

void add_latency_records(const Contestant& contestant, const Workload& workload, const LatencySamples& samples,
                         reports::RunResults& results) {
  double total_ns = 0;
  for (const auto& [metric, values] :
       {std::pair{"latency_ns", &samples.latency_ns}, std::pair{"ttft_ns", &samples.first_token_ns}}) {
    if (values->empty()) continue;
    reports::SampleSet set;
    set.task = workload.task->name();
    set.slice = workload.slice;
    set.model = contestant.name;
    set.mode = contestant.mode();
    set.metric = metric;
    set.unit = "ns";
    for (const std::int64_t ns : *values) set.values.push_back(static_cast<double>(ns));
    for (Record& record : percentile_records(set)) results.records.push_back(std::move(record));
    results.samples.push_back(std::move(set));
  }
  for (const std::int64_t ns : samples.latency_ns) total_ns += static_cast<double>(ns);
  if (!contestant.is_model() || total_ns <= 0) return;
  Record record = blank(contestant, workload, "single_stream_tokens_per_s", "1/s");
  record.value = static_cast<double>(samples.own_tokens) * 1e9 / total_ns;
  record.n = samples.own_tokens;
  results.records.push_back(std::move(record));
}

void add_model(const Contestant& contestant, const tasks::CausalModel& loaded, const tasks::Answerer& answerer,
               const std::string& training_frames, reports::RunResults& results) {
  const Model& model = loaded.model();
  reports::ModelInfo out;
  out.name = contestant.name;
  out.family = family_name(model.config.family);
  out.parameters = model.registry.parameters;
  out.file = contestant.path;
  out.hash = model.hash();
  out.config = model.config.canonical();
  out.seed = number<std::uint64_t>(info(model, "seed"));
  out.training_minutes = number<double>(info(model, "training_seconds")) / 60;
  out.training_command = info(model, "command");
  out.training = training_key(info(model, "training_config"));
  const std::string steps = info(model, "step");
  out.description = fmt::format("{} layers of width {}, {} evaluation{} per token, {} weights, {}", model.config.layers,
                                model.config.hidden_size, model.config.evaluations(),
                                model.config.evaluations() == 1 ? "" : "s", loaded.network().kernels().linear->name,
                                steps.empty() ? "no training record" : "trained for " + steps + " steps");
  if (!training_frames.empty()) out.description += ", " + training_frames;
  if (out.training_command.empty() && !info(model, "training_config").empty()) {
    out.training_command = "trm train CONFIG, with the configuration that the file holds as training_config";
  }
  const auto add = [&](const char* metric, const char* unit, std::size_t value) {
    Record record;
    record.model = contestant.name;
    record.mode = contestant.mode();
    record.metric = metric;
    record.unit = unit;
    record.value = static_cast<double>(value);
    results.records.push_back(std::move(record));
  };
  add("parameters", "count", model.registry.parameters);
  add("state_bytes", "bytes", answerer.state_bytes());
  add("arena_bytes", "bytes", answerer.arena_bytes());
  results.models.push_back(std::move(out));
}

void add_contestant(const Contestant& contestant, const char* family, std::string description,
                    reports::RunResults& results) {
  reports::ModelInfo out;
  out.name = contestant.name;
  out.family = family;
  out.description = std::move(description);
  if (contestant.kind == ContestantKind::predictions) out.file = contestant.path;
  results.models.push_back(std::move(out));
}

}  // namespace trm::bench
