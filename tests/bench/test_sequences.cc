// Models that answer in one sequence: answers, records.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "bench/frames/suite.h"
#include "simd/cpu.h"
#include "tasks/ask/answer_text.h"
#include "tasks/ask/answerer.h"
#include "tasks/frames/right_frames.h"
#include "tasks/registry.h"
#include "tests/bench/support.h"
#include "tests/support/scripted_stepper.h"

namespace test_sequences {

namespace {

using namespace trm;
using namespace trm::bench;
using tasks::Encoding;
using tests::ScratchDirectory;

constexpr std::size_t kLongest = 600;

/// Items of all tasks that fit, with what a perfect model writes.
struct Exam {
  std::vector<tasks::Item> items;
  std::vector<Question> questions;
  std::map<tasks::Tokens, tasks::Tokens> sequences;  ///< by their prompts

  explicit Exam(Encoding encoding) {
    for (const tasks::Task* task : tasks::all_tasks()) {
      for (std::uint64_t i = 0; i < 3; ++i) {
        const auto item = task->item("test", 1, i);
        if (!item.ok()) continue;
        const auto sequence = tasks::right_sequence(encoding, *task, *item, kLongest);
        REQUIRE(sequence.ok());
        if (!*sequence) continue;
        const tasks::Tokens& tokens = (*sequence)->tokens;
        sequences[{tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>((*sequence)->prompt)}] = tokens;
        items.push_back(*item);
        questions.push_back(task->encode(*item));
      }
    }
    REQUIRE(items.size() > 20);
  }

  /// Writes what is right, but another token as the `spoilt`-th of its own.
  [[nodiscard]] tests::Script script(std::size_t spoilt = kLongest) const {
    return [this, spoilt](const tasks::Tokens& stream) {
      for (const auto& [prompt, sequence] : sequences) {
        if (stream.size() < prompt.size() || !std::equal(prompt.begin(), prompt.end(), stream.begin())) continue;
        const std::size_t at = stream.size();
        const tasks::Token right = at < sequence.size() ? sequence[at] : tasks::token_of("END");
        return at - prompt.size() == spoilt ? (right == 1 ? 2 : 1) : right;
      }
      return tasks::token_of("END");
    };
  }
};

trm::tasks::Answerer answerer_of(const tests::Script& script, Encoding encoding, tests::Seen& seen,
                                 std::size_t concurrency) {
  MachineOptions options;
  options.max_frame_tokens = kLongest;
  options.concurrency = concurrency;
  const std::size_t words = tasks::vocabulary().size();
  auto out = trm::tasks::Answerer::create(std::make_unique<tests::ScriptedStepper>(words, script, seen), words,
                                          encoding, options);
  REQUIRE(out.ok());
  return *std::move(out);
}

TEST_CASE("sequences: a model that writes what is right answers every question") {
  for (const Encoding encoding : {Encoding::trace, Encoding::answer}) {
    const Exam exam(encoding);
    for (const std::size_t concurrency : {1, 7}) {
      tests::Seen seen;
      trm::tasks::Answerer answerer = answerer_of(exam.script(), encoding, seen, concurrency);
      std::vector<Answer> answers(exam.items.size());
      std::vector<tasks::Tokens> texts;
      REQUIRE(answerer.run(exam.questions, answers, {}, &texts).ok());
      CHECK(seen.alive == 0);
      CHECK(seen.peak <= concurrency);
      for (std::size_t i = 0; i < answers.size(); ++i) {
        CAPTURE(exam.items[i].prompt);
        REQUIRE(answers[i].verdict == (answers[i].repeated.empty() ? Verdict::answered : Verdict::endless_loop));
        const auto text = trm::tasks::answer_text(exam.items[i], answers[i]);
        REQUIRE(text.ok());
        CHECK(*text == exam.items[i].answer);
        CHECK(answers[i].own_tokens == texts[i].size());
        const auto run = tasks::run_right_frames(exam.questions[i]);
        CHECK(answers[i].frames == (encoding == Encoding::trace ? (*run)->frames : 0));
        if (!answers[i].repeated.empty()) continue;
        CHECK(answers[i].max_depth == (encoding == Encoding::trace ? (*run)->depth : 0));
      }
    }
  }
}

TEST_CASE("sequences: an answer with one wrong token is no right answer") {
  const Exam exam(Encoding::answer);
  tests::Seen seen;
  trm::tasks::Answerer answerer = answerer_of(exam.script(0), Encoding::answer, seen, 4);
  std::vector<Answer> answers(exam.items.size());
  REQUIRE(answerer.run(exam.questions, answers).ok());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    CAPTURE(exam.items[i].prompt);
    const auto text = trm::tasks::answer_text(exam.items[i], answers[i]);
    CHECK_FALSE((text.ok() && *text == exam.items[i].answer));
  }
}

TEST_CASE("sequences: the observer hears of every frame of a trace, cut off or not") {
  const Exam exam(Encoding::trace);
  for (const std::size_t spoilt : {kLongest, std::size_t{4}}) {
    CAPTURE(spoilt);
    tests::Seen seen;
    trm::tasks::Answerer answerer = answerer_of(exam.script(spoilt), Encoding::trace, seen, 3);
    std::vector<Answer> answers(exam.items.size());
    std::map<std::size_t, std::size_t> opened, closed, complete;
    MachineObserver observer;
    observer.opened = [&](const OpenedFrame& frame) {
      CHECK(frame.id == opened[frame.question]++);
      CHECK((frame.parent == kNoFrame) == (frame.depth == 0));
      if (frame.depth == 0) CHECK(std::ranges::equal(frame.prompt, exam.questions[frame.question].prompt));
    };
    observer.closed = [&](const FrameRecord& frame) {
      ++closed[frame.question];
      complete[frame.question] += frame.complete ? 1 : 0;
      if (spoilt != kLongest || !frame.complete) return;
      const auto wrong = tasks::first_wrong_token(frame.tokens);
      REQUIRE(wrong.ok());
      CHECK_FALSE(wrong->has_value());
    };
    REQUIRE(answerer.run(exam.questions, answers, observer).ok());
    for (std::size_t i = 0; i < answers.size(); ++i) {
      CAPTURE(exam.items[i].prompt);
      CHECK(opened[i] == answers[i].frames);
      CHECK(closed[i] == opened[i]);
      CHECK((complete[i] == opened[i]) == (answers[i].verdict == Verdict::answered));
    }
  }
}

Contestant one_in(const ScratchDirectory& scratch, const std::string& encoding, const std::string& names) {
  using Transitions = std::vector<std::pair<std::string, std::string>>;
  const Transitions trace = {{"END", "RET"}, {"RET", "1"}, {"1", "END"}}, answer = {{"END", "1"}, {"1", "END"}};
  Model model = tests::bigram_model(tests::task_words(), encoding == "answer" ? answer : trace);
  model.info[trm::tasks::kEncodingKey] = encoding;
  if (!names.empty()) model.info[trm::tasks::kTasksKey] = names;
  const std::string path = scratch.file(encoding + ".safetensors");
  REQUIRE(save_model(path, model).ok());
  return {encoding, path};
}

TEST_CASE("sequences: the suite asks a model what it has learnt, and records how") {
  const ScratchDirectory scratch;
  SuiteOptions options;
  options.workload.tasks = {"factorial", "gcd", "mutual"};
  options.workload.slices = {"plain", "test"};
  options.workload.items = 25;
  options.contestants = {one_in(scratch, "trace", "factorial"), one_in(scratch, "answer", "factorial gcd")};
  options.kernels = simd::select_isa("");
  options.threads = 2;
  options.latency_items = 3;
  options.latency_seconds = 1;
  std::size_t steps = 0;
  const auto results = run_suite(options, [&](const SuiteStep& step) {
    if (!step.outcome.empty()) CHECK(step.number == ++steps);
    CHECK(step.steps == 8);  // five pairs of model and slice, three slices one by one
  });
  REQUIRE(results.ok());
  CHECK(steps == 8);
  std::map<std::string, double> right;
  std::set<std::string> metrics;
  for (const auto& record : results->records) {
    if (record.mode == reports::kPublishedMode) continue;
    CHECK(record.mode == record.model);
    CHECK(record.task != "mutual");
    if (record.model == "trace") CHECK(record.task != "gcd");
    metrics.insert(record.model + " " + record.metric);
    if (record.metric == "exact_answer") right[record.model + " " + record.task + " " + record.slice] = record.value;
  }
  CHECK(right.size() == 5);
  CHECK(right["trace factorial plain"] == doctest::Approx(2.0 / 25.0));
  CHECK(right["answer factorial plain"] == doctest::Approx(2.0 / 25.0));
  CHECK(right.contains("answer gcd test"));
  CHECK(metrics.contains("trace frames_per_item"));
  CHECK(metrics.contains("trace stack_depth_max"));
  CHECK_FALSE(metrics.contains("answer frames_per_item"));
  for (const std::string mode : {"trace", "answer"}) {
    CHECK_FALSE(metrics.contains(mode + " exact_frame"));
    for (const char* metric : {"tokens_per_s", "rss_peak_bytes", "latency_p50_ns", "ttft_p50_ns", "state_bytes"}) {
      CAPTURE(metric);
      CHECK(metrics.contains(mode + " " + metric));
    }
  }
  std::size_t wrong_traces = 0;
  for (const auto& example : results->examples) {
    CAPTURE(example.transcript);
    CHECK(example.mode == example.model);
    CHECK(example.frames.empty());
    const bool told = example.transcript.find("first wrong token: wrote") != std::string::npos;
    if (example.model == "answer") {
      CHECK(told == !example.correct);
    } else {
      wrong_traces += told ? 1 : 0;  // a right trace returns X, not 1; one that is too long is not compared
    }
  }
  CHECK(wrong_traces > 0);
  const auto said = std::find_if(results->environment.begin(), results->environment.end(),
                                 [](const auto& fact) { return fact.key == "asked_only"; });
  REQUIRE(said != results->environment.end());
  CHECK(said->value == "trace: factorial; answer: factorial, gcd");

  options.workload.tasks = {"mutual"};
  const auto nothing = run_suite(options, {});
  REQUIRE_FALSE(nothing.ok());
  CHECK(nothing.error().code == ErrorCode::usage);
  CHECK(nothing.error().text().find("answer: factorial, gcd") != std::string::npos);
}

TEST_CASE("sequences: what a model file says of its use must be known") {
  const ScratchDirectory scratch;
  struct Bad {
    const char *encoding, *tasks, *field;
  };
  for (const Bad& bad :
       {Bad{"traces", "factorial", "encoding"}, Bad{"trace", "fact", "tasks"}, Bad{"answer", "", "tasks"}}) {
    CAPTURE(bad.encoding);
    const Contestant model = one_in(scratch, bad.encoding, bad.tasks);
    const auto loaded = trm::tasks::CausalModel::load(model.path, simd::reference<float>());
    REQUIRE_FALSE(loaded.ok());
    CHECK(loaded.error().code == ErrorCode::bad_input);
    CHECK(loaded.error().text().find(model.path + ": __metadata__." + bad.field) != std::string::npos);
  }
}

}  // namespace

}  // namespace test_sequences
