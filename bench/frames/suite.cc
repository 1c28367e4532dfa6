#include "bench/frames/suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "bench/frames/accuracy.h"
#include "bench/frames/latency.h"
#include "bench/frames/predictions.h"
#include "bench/frames/prolog.h"
#include "bench/frames/records.h"
#include "bench/frames/seen_frames.h"
#include "bench/frames/yardsticks.h"
#include "reports/format.h"
#include "tasks/ask/answerer.h"

namespace trm::bench {

namespace {

constexpr std::size_t kShownFrames = 48;

/// Enough frames to show a recursion, few enough to read.
constexpr std::int64_t kExampleFrames = 8;

/// For one workload: the right and the wrong item whose number of frames is nearest to that.
struct ExampleItems {
  std::optional<std::size_t> right, wrong;
};

ExampleItems choose_examples(const OfflinePass& pass) {
  ExampleItems out;
  const auto distance = [&](std::size_t i) { return std::abs(std::int64_t{pass.items[i].frames} - kExampleFrames); };
  for (std::size_t i = 0; i < pass.items.size(); ++i) {
    std::optional<std::size_t>& best = pass.items[i].right ? out.right : out.wrong;
    if (!best || distance(i) < distance(*best)) best = i;
  }
  return out;
}

Status check_contestants(const std::vector<Contestant>& contestants) {
  std::vector<std::string> names;
  names.reserve(contestants.size());
  for (const Contestant& contestant : contestants) names.push_back(contestant.name);
  return check_contestant_names(names, "name a model");
}

class Suite {
 public:
  Suite(const SuiteOptions& options, const SuiteProgress& progress)
      : options_(options),
        measurement_(options, progress),
        contestants_(options.contestants),
        left_out_(options.left_out),
        passes_(contestants_.size()) {}

  Result<reports::RunResults> run() {
    if (Status s = check_contestants(options_.contestants); !s.ok()) return s.error();
    Result<std::vector<Workload>> workloads = make_workloads(options_.workload);
    if (!workloads.ok()) return workloads.error();
    workloads_ = *std::move(workloads);
    if (Status s = describe(); !s.ok()) return s.error();
    if (Status s = leave_out_unanswered(); !s.ok()) return s.error();
    if (Status s = measurement_.begin(results_); !s.ok()) return s.error();
    // Children copy this process, so it measures them while it holds little itself.
    if (Status s = offline(); !s.ok()) return s.error();
    if (Status s = single_stream(); !s.ok()) return s.error();
    if (Status s = examples(); !s.ok()) return s.error();
    finish();
    return std::move(results_);
  }

 private:
  /// The offline pass of each contestant, and one single-stream pass of all that are timed.
  [[nodiscard]] std::size_t steps() const {
    std::size_t out = 0;
    for (const Workload& workload : workloads_) out += asked(workload).size() + (timed(workload).empty() ? 0 : 1);
    return out;
  }

  /// Indices of the contestants that can answer this task.
  [[nodiscard]] std::vector<std::size_t> asked(const Workload& workload) const {
    std::vector<std::size_t> out;
    for (std::size_t c = 0; c < contestants_.size(); ++c) {
      if (!gone_.contains(c) && contestants_[c].can_answer(*workload.task)) out.push_back(c);
    }
    return out;
  }

  [[nodiscard]] std::vector<std::size_t> timed(const Workload& workload) const {
    std::vector<std::size_t> out = asked(workload);
    std::erase_if(out, [this](std::size_t c) { return !contestants_[c].is_timed(); });
    return out;
  }

  /// Goes on without the contestant. Error: `reason`, if somebody named it.
  Status leave_out(std::size_t c, const Error& reason) {
    const std::string& name = contestants_[c].name;
    if (!contestants_[c].optional) return reason;
    gone_.insert(c);
    measurement_.forget(passes_[c]);
    left_out_.push_back(fmt::format("{}: {}", name, reason.text()));
    std::erase_if(results_.records, [&](const auto& record) { return record.model == name; });
    std::erase_if(results_.samples, [&](const auto& samples) { return samples.model == name; });
    std::erase_if(results_.models, [&](const auto& model) { return model.name == name; });
    measurement_.note(name, 0, 0, "left out: " + reason.text());
    return {};
  }

  Status leave_out_unanswered() {
    std::erase_if(workloads_, [this](const Workload& workload) { return asked(workload).empty(); });
    if (!workloads_.empty()) return {};
    return Error{ErrorCode::usage, "", "task", "none of the contestants can answer these tasks",
                 learnt_.empty() ? "leave --task out to ask all that it can" : "ask what they have learnt: " + learnt_};
  }

  void tell(const std::string& what, std::size_t done, std::size_t total, const std::string& outcome = "") {
    measurement_.tell(steps(), what, done, total, outcome);
  }

  static std::string place(const Workload& workload) {
    return fmt::format("{}/{}", workload.task->name(), workload.slice);
  }

  Status describe() {
    for (std::size_t c = 0; c < contestants_.size(); ++c) {
      Status described = describe(contestants_[c]);
      if (!described.ok()) described = leave_out(c, described.error());
      if (!described.ok()) return described;
    }
    return {};
  }

  Status describe(Contestant& contestant) {
    switch (contestant.kind) {
      case ContestantKind::model:
        return describe_model(contestant);
      case ContestantKind::prolog:
        return describe_prolog(contestant);
      case ContestantKind::predictions:
        return describe_predictions(contestant);
      case ContestantKind::solver:
        break;
    }
    add_contestant(contestant, "symbolic",
                   "the solvers of the tasks: the answer that each of them defines, computed without a model",
                   results_);
    return {};
  }

  Status describe_model(Contestant& contestant) {
    const Result<tasks::CausalModel> model = tasks::CausalModel::load(contestant.path, *options_.kernels.table);
    if (!model.ok()) return model.error();
    const Result<tasks::Answerer> answerer = tasks::Answerer::create(
        model->network(), model->model(), machine_options(*workloads_.front().task, model->use().encoding, 1));
    if (!answerer.ok()) return answerer.error();
    contestant.use = model->use();
    if (!contestant.use.tasks.empty()) {
      learnt_ +=
          fmt::format("{}{}: {}", learnt_.empty() ? "" : "; ", contestant.name, fmt::join(contestant.use.tasks, ", "));
    }
    const auto seen = seen_by(model->model());
    if (!seen.ok() && seen.error().code != ErrorCode::unsupported) return seen.error();
    const std::string shown =
        seen.ok() ? fmt::format("on {} frames, {} of them different", reports::grouped((*seen)->shown()),
                                reports::grouped((*seen)->distinct()))
        : contestant.mode() == "machine" ? "which frames that showed is not known: the file " + seen.error().message
                                         : "";
    add_model(contestant, *model, *answerer, shown, results_);
    if (seen.ok()) seen_.emplace(contestant.name, *seen);
    return {};
  }

  /// What the model's training showed, made once for all models that were shown the same.
  Result<std::shared_ptr<const SeenFrames>> seen_by(const Model& model) {
    Result<FrameHistory> history = frame_history(model);
    if (!history.ok()) return history.error();
    for (const auto& entry : seen_)
      if (entry.second->history() == *history) return entry.second;
    Result<SeenFrames> made = SeenFrames::create(*std::move(history));
    if (!made.ok()) return made.error();
    return std::make_shared<const SeenFrames>(*std::move(made));
  }

  Status describe_prolog(const Contestant& contestant) {
    std::string version, without;
    for (const Workload& workload : workloads_) {
      const std::string program = prolog_program(contestant.path, *workload.task);
      if (program.empty()) {
        const std::string name(workload.task->name());
        if (without.find(name) == std::string::npos) without += (without.empty() ? "; no program for " : ", ") + name;
      } else if (version.empty()) {
        Result<PrologProcess> process = PrologProcess::start(program);
        if (!process.ok()) return process.error();
        version = process->version();
      }
    }
    add_contestant(
        contestant, "symbolic",
        version + ": a logic program for each task, the recursion as clauses, in a process of its own" + without,
        results_);
    return {};
  }

  Status describe_predictions(const Contestant& contestant) {
    const std::size_t all = contestant.predictions->by_id.size();
    const std::size_t unasked = count_unasked(*contestant.predictions, workloads_);
    if (unasked == all) {
      return Error{ErrorCode::bad_input, contestant.path, "", "holds no prediction for an item of this run",
                   "choose the tasks, slices, seed and number of items that were predicted"};
    }
    const std::string rest = fmt::format("{} of {} predictions are for items that this run does not ask", unasked, all);
    if (unasked > 0) measurement_.note(contestant.name, 0, 0, rest);
    add_contestant(contestant, "predictions",
                   "answers from a file, made elsewhere: only judged here" + (unasked > 0 ? "; " + rest : ""),
                   results_);
    return {};
  }

  Status offline() {
    OfflineOptions options;
    static_cast<PassOptions&>(options) = measurement_.pass();
    for (const Workload& workload : workloads_) {
      std::vector<ExampleItems>& chosen = chosen_.emplace_back(contestants_.size());
      for (const std::size_t c : asked(workload)) {
        const Contestant& contestant = contestants_[c];
        const std::string what = fmt::format("{} {}", contestant.name, place(workload));
        const std::size_t total = workload.items.size();
        tell(what, 0, total);
        const auto seen = seen_.find(contestant.name);
        options.seen = seen == seen_.end() ? nullptr : seen->second.get();
        const Result<OfflinePass> pass =
            run_offline_in_child(contestant, workload, options, [&](std::size_t done) { tell(what, done, total); });
        if (!pass.ok()) {
          if (Status s = leave_out(c, pass.error()); !s.ok()) return s;
          continue;
        }
        ++passes_[c];
        threads_ = std::max(threads_, pass->threads);
        add_offline_records(contestant, workload, *pass, results_);
        chosen[c] = choose_examples(*pass);
        const auto right = std::count_if(pass->items.begin(), pass->items.end(), [](const auto& i) { return i.right; });
        tell(what, total, total, right_text(static_cast<std::size_t>(right), total, pass->elapsed_ns));
      }
    }
    return {};
  }

  Status single_stream() {
    const LatencyOptions options = measurement_.latency(5);
    for (const Workload& workload : workloads_) {
      if (timed(workload).empty()) continue;
      const std::string what = "latency " + place(workload);
      const std::size_t total = std::min(options.max_items, workload.items.size());
      tell(what, 0, total);
      const auto run = [&] {
        std::vector<Contestant> contestants;
        for (const std::size_t c : timed(workload)) contestants.push_back(contestants_[c]);
        return run_single_stream(contestants, workload, options, [&](std::size_t done) { tell(what, done, total); });
      };
      Result<std::vector<LatencySamples>> samples = run();
      if (!samples.ok()) {
        // Whoever it was: if it was none of the optional ones, it fails once more.
        if (Status s = leave_out_optional(workload, samples.error()); !s.ok()) return s;
        if (timed(workload).empty()) continue;
        samples = run();
        if (!samples.ok()) return samples.error();
      }
      const std::vector<std::size_t> contestants = timed(workload);
      for (std::size_t i = 0; i < samples->size(); ++i) {
        add_latency_records(contestants_[contestants[i]], workload, (*samples)[i], results_);
      }
      const std::size_t taken = samples->front().latency_ns.size();
      tell(what, taken, total, fmt::format("{} questions one by one", taken));
    }
    return {};
  }

  /// Error: `reason`, if there is none who is timed on this workload.
  Status leave_out_optional(const Workload& workload, const Error& reason) {
    std::vector<std::size_t> optional = timed(workload);
    std::erase_if(optional, [this](std::size_t c) { return !contestants_[c].optional; });
    if (optional.empty()) return reason;
    for (const std::size_t c : optional) {
      if (Status s = leave_out(c, reason); !s.ok()) return s;
    }
    return {};
  }

  /// Of each task and model: a right and a wrong answer, from the first slice that has one.
  Status examples() {
    for (std::size_t c = 0; c < contestants_.size(); ++c) {
      const Contestant& contestant = contestants_[c];
      if (!contestant.is_model()) continue;
      const Result<tasks::CausalModel> model = tasks::CausalModel::load(contestant.path, *options_.kernels.table);
      if (!model.ok()) return model.error();
      std::set<std::pair<const tasks::Task*, bool>> shown;
      for (std::size_t w = 0; w < workloads_.size(); ++w) {
        const ExampleItems& items = chosen_[w][c];
        for (const auto& [right, index] : {std::pair{true, items.right}, std::pair{false, items.wrong}}) {
          if (!index || !shown.insert({workloads_[w].task, right}).second) continue;
          if (Status s = add_example(contestant, *model, workloads_[w], *index); !s.ok()) return s;
        }
      }
    }
    return {};
  }

  Status add_example(const Contestant& contestant, const tasks::CausalModel& model, const Workload& workload,
                     std::size_t index) {
    const tasks::Item& item = workload.items[index];
    Result<Transcript> transcript = transcribe(model, item, kShownFrames);
    if (!transcript.ok()) return transcript.error();
    reports::Example out;
    out.task = item.task;
    out.slice = item.slice;
    out.model = contestant.name;
    out.mode = contestant.mode();
    out.prompt = item.prompt;
    out.expected = item.answer;
    out.answer = std::move(transcript->answer);
    out.frames = std::move(transcript->frames);
    out.transcript = std::move(transcript->text);
    out.correct = transcript->right;
    results_.examples.push_back(std::move(out));
    return {};
  }

  void finish() {
    results_.title = "trm.cpp benchmark";
    results_.seeds = {options_.workload.seed};
    add_yardsticks(workloads_, results_);
    MachineOptions limits = machine_options(*workloads_.front().task, tasks::Encoding::frames, 1);
    std::string versions, with_memo, elsewhere;
    std::set<const tasks::Task*> seen;
    for (const Workload& workload : workloads_) {
      if (workload.asked_elsewhere > 0) {
        elsewhere += fmt::format("{}{} {}", elsewhere.empty() ? "" : ", ", place(workload), workload.asked_elsewhere);
      }
      if (!seen.insert(workload.task).second) continue;
      versions +=
          fmt::format("{}{} {}", versions.empty() ? "" : ", ", workload.task->name(), workload.task->info().version);
      const MachineOptions options = machine_options(*workload.task, tasks::Encoding::frames, 1);
      limits.recursion_limit = std::max(limits.recursion_limit, options.recursion_limit);
      if (!options.memo) continue;
      with_memo += fmt::format("{}{}", with_memo.empty() ? "" : ", ", workload.task->name());
    }
    const auto add = [&](const char* key, std::string value) {
      results_.environment.push_back({key, std::move(value)});
    };
    add("threads", std::to_string(threads_));
    add("task_versions", versions);
    add("items_per_slice", std::to_string(options_.workload.items));
    if (!elsewhere.empty()) add("passed_over_as_asked_in_another_slice", elsewhere);
    add("memo", with_memo.empty() ? "off" : "on for " + with_memo);
    add("limits", fmt::format("{} frames on a stack, {} frames for a question, {} tokens for a frame or sequence",
                              limits.recursion_limit, limits.max_frames, limits.max_frame_tokens));
    if (!learnt_.empty()) add("asked_only", learnt_);
    if (!left_out_.empty()) add("left_out", fmt::format("{}", fmt::join(left_out_, "; ")));
    add("offline_protocol",
        "Accuracy, items/s, tokens/s and peak memory: all items at once on all threads, in a process of its own for "
        "each "
        "model and slice. Every frame is judged while the clock runs. Peak memory is the peak resident set of that "
        "process (VmHWM), shared libraries and items included. Prolog answers one question after another, and its "
        "memory is that of swipl.");
    add("latency_protocol",
        fmt::format(
            "One question after another on one thread, models in turns item by item with the first one changing, "
            "after one question each to warm up; at most {} questions or {} s for a slice, spread evenly over it. "
            "The clock is steady_clock. Prolog's time includes the way to its process and back.",
            options_.latency_items, options_.latency_seconds));
  }

  const SuiteOptions& options_;
  Measurement measurement_;
  std::vector<Workload> workloads_;
  std::vector<Contestant> contestants_;                            // with what their files say
  std::map<std::string, std::shared_ptr<const SeenFrames>> seen_;  // by contestant, where they are known
  std::string learnt_;                             // "a: factorial; b: gcd, tak": models that know a part of the tasks
  std::set<std::size_t> gone_;                     // optional ones that failed
  std::vector<std::string> left_out_;              // who is not in the results, and why
  std::vector<std::size_t> passes_;                // offline, for each contestant
  std::vector<std::vector<ExampleItems>> chosen_;  // (workload, contestant)
  reports::RunResults results_;
  std::size_t threads_ = 0;  // 0: nothing ran on threads of this program
};

}  // namespace

Result<reports::RunResults> run_suite(const SuiteOptions& options, const SuiteProgress& progress) {
  return Suite(options, progress).run();
}

}  // namespace trm::bench
