#include <doctest/doctest.h>
#include <sys/stat.h>

#include <atomic>
#include <string>
#include <vector>

#include "engine/sys/files.h"
#include "engine/sys/output_lock.h"
#include "tests/engine/run_in.h"
#include "tests/engine/support.h"

namespace test_run {

using trm::Result;
using trm::Status;
using trm::TrainingDirectory;
using trm::TrainingEvent;
using trm::TrainingPlan;
using trm::test::slurp;
using trm::test::spill;
using trm::test::TempDir;

namespace {

/// Counts to twelve; its checkpoint is the count. The one validation ends a stage whose reason has a letter of UTF-8.
class Counter : public trm::TrainingJob {
 public:
  Counter() {
    plan_.steps = 12;
    plan_.validate_every = plan_.checkpoint_every = 100;
  }
  [[nodiscard]] const TrainingPlan& plan() const override { return plan_; }
  [[nodiscard]] std::size_t step() const override { return step_; }
  Result<TrainingEvent> advance() override {
    ++step_;
    if (step_ == stop_at_) stop_ = true;
    return update(step_);
  }
  TrainingEvent validate() override { return validation(step_); }
  [[nodiscard]] Status save_checkpoint(const std::string& path) const override {
    return trm::write_atomic(path, std::to_string(step_));
  }
  Status resume(const std::string& path) override {
    step_ = std::stoul(slurp(path));
    return {};
  }
  [[nodiscard]] Status save_model(const std::string& path) const override { return trm::write_atomic(path, "model"); }

  Result<bool> run(const std::string& directory, std::size_t stop_at = 0) {
    stop_at_ = stop_at;
    return trm::test::run_in(directory, *this, {true, &stop_, {}});
  }

  static TrainingEvent update(std::size_t step) { return {step, trm::CausalUpdate{}}; }
  static TrainingEvent validation(std::size_t step) {
    trm::CausalValidation report;
    report.advanced = true;
    report.reason = "\xC3\xA4";
    return {step, report};
  }

 private:
  TrainingPlan plan_;
  std::size_t step_ = 0, stop_at_ = 0;
  std::atomic<bool> stop_{false};
};

/// Of the updates, and of the validation behind the last.
std::string lines(std::size_t from, std::size_t to) {
  std::string out;
  for (std::size_t i = from; i <= to; ++i) out += Counter::update(i).line();
  return to == 12 ? out + Counter::validation(to).line() : out;
}

}  // namespace

TEST_CASE("metrics: what a killed process wrote behind its checkpoint or by halves is cut off on resuming") {
  const std::string line = Counter::validation(1).line();
  REQUIRE(line.starts_with("{\"advanced\":\"\xC3\xA4\","));
  struct Case {
    std::string name, tail;
  };
  for (const Case& c :
       std::vector<Case>{{"behind the field's name", "{\"step\":"},
                         {"within the number, which then is a smaller one", "{\"step\":1"},
                         {"within the number of a whole line's beginning", "{\"step\":1,\"na"},
                         {"within a letter of UTF-8", line.substr(0, 14)},
                         {"before its last bracket", line.substr(0, line.size() - 2)},
                         {"zeros of a disk that lost power", std::string(5000, '\0')},
                         {"a line in two, run together with the next", "{\"step\":1,\"na{\"step\":2}\n"},
                         {"no step", "{\"loss\":2}\n"},
                         {"a step that is no number", "{\"step\":\"1\"}\n"},
                         {"updates that the checkpoint does not have", lines(11, 12)},
                         {"nothing", ""},
                         {"an empty line", "\n"}}) {
    CAPTURE(c.name);
    TempDir dir;
    Counter first;
    const Result<bool> stopped = first.run(dir.path(), 10);
    REQUIRE(stopped.ok());
    CHECK(!*stopped);
    REQUIRE(slurp(dir / "metrics.jsonl") == lines(1, 10));
    spill(dir / "metrics.jsonl", lines(1, 10) + c.tail);
    Counter second;
    REQUIRE(second.run(dir.path()).ok());
    CHECK(slurp(dir / "metrics.jsonl") == lines(1, 12));
    CHECK(dir.entries() == 3);
  }
}

TEST_CASE("metrics: the last line may lack no more than its end") {
  TempDir dir;
  Counter first;
  REQUIRE(first.run(dir.path(), 10).ok());
  const std::string all = lines(1, 10);
  spill(dir / "metrics.jsonl", all.substr(0, all.size() - 1));
  Counter second;
  REQUIRE(second.run(dir.path()).ok());
  CHECK(slurp(dir / "metrics.jsonl") == lines(1, 12));
}

TEST_CASE("a directory in which somebody trains is refused, and stays as it is") {
  TempDir dir;
  Counter first;
  REQUIRE(first.run(dir.path(), 10).ok());
  spill(dir / "metrics.jsonl", lines(1, 11));
  {
    const auto lock = trm::OutputLock::take(dir.path());
    REQUIRE(lock.ok());
    Counter second;
    const Result<bool> refused = second.run(dir.path());
    REQUIRE(!refused.ok());
    CHECK(refused.error().text().find(dir.path() + ": is being written by process " + std::to_string(getpid())) == 0);
    CHECK(slurp(dir / "metrics.jsonl") == lines(1, 11));
  }
  Counter third;
  REQUIRE(third.run(dir.path()).ok());
  CHECK(slurp(dir / "metrics.jsonl") == lines(1, 12));
}

TEST_CASE("metrics that are no file are refused") {
  TempDir dir;
  REQUIRE(mkfifo((dir / "metrics.jsonl").c_str(), 0600) == 0);
  Counter job;
  const Result<bool> refused = job.run(dir.path());
  REQUIRE(!refused.ok());
  CHECK(refused.error().text().find("metrics.jsonl: is not a regular file but a pipe") != std::string::npos);
}

TEST_CASE("a training that never began leaves no folder, and one that began leaves its own") {
  const TempDir dir;
  const std::string folder = dir / "out/model";
  {
    const auto refused = TrainingDirectory::take(folder);
    REQUIRE(!refused.ok());
    CHECK(refused.error().text() == folder +
                                        ": cannot create the output directory: No such file or directory; fix: give a "
                                        "directory whose parent exists and is writable");
  }
  CHECK(dir.entries() == 0);
  {
    const auto first = TrainingDirectory::take(folder, true);
    REQUIRE(first.ok());
    const auto second = TrainingDirectory::take(folder, true);
    REQUIRE(!second.ok());
    CHECK(second.error().text().find(folder + ": is being written by process ") == 0);
  }
  CHECK(dir.entries() == 0);
  {
    const auto taken = TrainingDirectory::take(folder, true);
    REQUIRE(taken.ok());
    Counter job;
    REQUIRE(run_training(job, *taken).ok());
  }
  CHECK(slurp(folder + "/metrics.jsonl") == lines(1, 12));
  CHECK(slurp(folder + "/model.safetensors") == "model");
}

TEST_CASE("whoever watches hears of every update and validation, in their order") {
  const TempDir dir;
  std::string told;
  Counter job;
  const auto done =
      trm::test::run_in(dir.path(), job, {true, nullptr, [&](const TrainingEvent& e) { told += e.line(); }});
  REQUIRE(done.ok());
  CHECK(*done);
  CHECK(told == lines(1, 12));
}

}  // namespace test_run
