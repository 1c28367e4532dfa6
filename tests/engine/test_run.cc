#include <doctest/doctest.h>
#include <sys/stat.h>

#include <atomic>
#include <string>
#include <vector>

#include "engine/sys/files.h"
#include "engine/sys/output_lock.h"
#include "engine/train/job.h"
#include "tests/engine/support.h"

using trm::Result;
using trm::RunOptions;
using trm::Status;
using trm::test::slurp;
using trm::test::spill;
using trm::test::TempDir;

namespace {

/// Counts to twelve; its checkpoint is the count.
class Counter : public trm::TrainingJob {
 public:
  [[nodiscard]] bool finished() const override { return step_ == 12; }
  [[nodiscard]] std::size_t step() const override { return step_; }
  Result<std::string> advance() override {
    ++step_;
    if (step_ == stop_at_) stop_ = true;
    return "{\"step\":" + std::to_string(step_) + ",\"name\":\"\xC3\xA4\"}";
  }
  [[nodiscard]] bool validation_due() const override { return false; }
  std::string validate() override { return ""; }
  [[nodiscard]] bool checkpoint_due() const override { return false; }
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
    return run_training(*this, RunOptions{directory, true, &stop_});
  }

 private:
  std::size_t step_ = 0, stop_at_ = 0;
  std::atomic<bool> stop_{false};
};

std::string lines(std::size_t from, std::size_t to) {
  std::string out;
  for (std::size_t i = from; i <= to; ++i) out += "{\"step\":" + std::to_string(i) + ",\"name\":\"\xC3\xA4\"}\n";
  return out;
}

}  // namespace

TEST_CASE("metrics: what a killed process wrote behind its checkpoint or by halves is cut off on resuming") {
  const std::string line = lines(12, 12);
  struct Case {
    std::string name, tail;
  };
  for (const Case& c :
       std::vector<Case>{{"behind the field's name", "{\"step\":"},
                         {"within the number, which then is a smaller one", "{\"step\":1"},
                         {"within the number of a whole line's beginning", "{\"step\":1,\"na"},
                         {"within a letter of UTF-8", line.substr(0, line.size() - 4)},
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
