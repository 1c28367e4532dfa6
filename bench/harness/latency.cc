#include "bench/harness/latency.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "bench/harness/prolog.h"
#include "engine/base/clock.h"
#include "tasks/ask/answerer.h"

namespace trm::bench {

namespace {

/// A contestant ready to answer one question at a time.
class TimedContestant {
 public:
  static Result<TimedContestant> create(const Contestant& contestant, const tasks::Task& task,
                                        const simd::Kernels<float>& kernels) {
    TimedContestant out;
    if (contestant.kind == ContestantKind::solver) return out;
    if (contestant.kind == ContestantKind::prolog) {
      Result<PrologProcess> prolog = PrologProcess::start(prolog_program(contestant.path, task));
      if (!prolog.ok()) return prolog.error();
      out.prolog_.emplace(*std::move(prolog));
      return out;
    }
    Result<tasks::CausalModel> model = tasks::CausalModel::load(contestant.path, kernels);
    if (!model.ok()) return model.error();
    Result<tasks::Answerer> answerer =
        tasks::Answerer::create(model->network(), model->model(), machine_options(task, 1));
    if (!answerer.ok()) return answerer.error();
    out.model_ = *std::move(model);
    out.answerer_ = *std::move(answerer);
    return out;
  }

  Status answer(const tasks::Item& item, const Question& question, LatencySamples& out) {
    if (prolog_) {
      const std::string term = prolog_term(item.prompt);
      const std::int64_t begin = now_ns();
      const Result<std::string> value = prolog_->ask(term);
      out.latency_ns.push_back(now_ns() - begin);
      return value.ok() ? Status{} : Status{value.error()};
    }
    if (!answerer_) {
      const std::int64_t begin = now_ns();
      const Result<std::string> value = solve_exactly(item);
      out.latency_ns.push_back(now_ns() - begin);
      return value.ok() ? Status{} : Status{value.error()};
    }
    Answer answer;
    const std::int64_t begin = now_ns();
    Status status = answerer_->run(std::span(&question, 1), std::span(&answer, 1));
    out.latency_ns.push_back(now_ns() - begin);
    out.first_token_ns.push_back(answer.first_token_ns);
    out.own_tokens += answer.own_tokens;
    return status;
  }

 private:
  TimedContestant() = default;
  std::optional<tasks::CausalModel> model_;
  std::optional<tasks::Answerer> answerer_;
  std::optional<PrologProcess> prolog_;
};

}  // namespace

std::vector<std::size_t> spread_sample(std::size_t total, std::size_t count) {
  std::vector<std::size_t> out;
  if (total == 0) return out;
  // Steps of the golden section fill a range evenly from the start (Weyl 1916); coprime steps meet every item once.
  auto step = std::max<std::size_t>(1, static_cast<std::size_t>(0.6180339887498949 * static_cast<double>(total)));
  while (std::gcd(step, total) != 1) ++step;
  for (std::size_t i = 0, at = total / 2; i < std::min(count, total); ++i, at = (at + step) % total) out.push_back(at);
  return out;
}

Result<std::vector<LatencySamples>> run_single_stream(std::span<const Contestant> contestants, const Workload& workload,
                                                      const LatencyOptions& options, const Progress& progress) {
  std::vector<TimedContestant> runners;
  for (const Contestant& contestant : contestants) {
    Result<TimedContestant> runner = TimedContestant::create(contestant, *workload.task, *options.kernels);
    if (!runner.ok()) return runner.error();
    runners.push_back(*std::move(runner));
  }
  const std::vector<std::size_t> sample = spread_sample(workload.items.size(), options.max_items);
  std::vector<LatencySamples> out(runners.size());
  if (sample.empty()) return out;
  for (TimedContestant& runner : runners) {
    LatencySamples unused;
    const std::size_t first = sample.front();
    if (Status s = runner.answer(workload.items[first], workload.questions[first], unused); !s.ok()) return s.error();
  }
  const std::int64_t begin = now_ns();
  for (std::size_t i = 0; i < sample.size(); ++i) {
    if (i >= options.min_items && now_ns() - begin > options.budget_ns) break;
    // Nobody is always the first one after somebody else's data.
    for (std::size_t turn = 0; turn < runners.size(); ++turn) {
      const std::size_t who = (i + turn) % runners.size(), at = sample[i];
      if (Status s = runners[who].answer(workload.items[at], workload.questions[at], out[who]); !s.ok()) {
        return s.error();
      }
    }
    if (progress) progress(i + 1);
  }
  return out;
}

}  // namespace trm::bench
