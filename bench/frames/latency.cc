#include "bench/frames/latency.h"

#include <optional>

#include "bench/frames/prolog.h"
#include "engine/base/clock.h"
#include "tasks/ask/answerer.h"
#include "tasks/ask/item_question.h"

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
        tasks::Answerer::create(model->network(), model->model(), machine_options(task, model->use().encoding, 1));
    if (!answerer.ok()) return answerer.error();
    out.model_ = *std::move(model);
    out.answerer_ = *std::move(answerer);
    return out;
  }

  Status answer(const tasks::Item& item, LatencySamples& out) {
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
    const Result<tasks::ItemQuestion> asked = tasks::ItemQuestion::create(item, answerer_->encoding());
    if (!asked.ok()) return asked.error();
    const Question& question = asked->question();
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

Result<std::vector<LatencySamples>> run_single_stream(std::span<const Contestant> contestants, const Workload& workload,
                                                      const LatencyOptions& options, const Progress& progress) {
  std::vector<TimedContestant> runners;
  for (const Contestant& contestant : contestants) {
    Result<TimedContestant> runner = TimedContestant::create(contestant, *workload.task, *options.kernels);
    if (!runner.ok()) return runner.error();
    runners.push_back(*std::move(runner));
  }
  std::vector<LatencySamples> out(runners.size());
  LatencySamples unused;
  const auto ask = [&](std::size_t who, std::size_t item, bool timed) {
    return runners[who].answer(workload.items[item], timed ? out[who] : unused);
  };
  if (Status s = take_turns(runners.size(), workload.items.size(), options, ask, progress); !s.ok()) return s.error();
  return out;
}

}  // namespace trm::bench
