// Answers prompts with a model and prints what comes of each: in the order of the prompts, as soon as it is there.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tasks/ask/answerer_pool.h"
#include "tasks/task/task.h"
#include "tools/cli.h"

namespace trm::cli {

/// What a line asks. Of a bad one the item has an id and a prompt alone, both the line itself.
struct Prompt {
  tasks::Item item;
  std::optional<Error> problem = std::nullopt;
};

struct PromptOptions {
  bool trace = false, json = false, predictions = false, check = false;
  std::size_t threads = 0;
  std::optional<Pinning> pin;
  MachineOptions machine;  ///< concurrency aside
};

class PromptRunner {
 public:
  /// The model must outlive the runner.
  PromptRunner(const tasks::CausalModel& model, const PromptOptions& options);

  /// Prints a line for each prompt. One that the model cannot answer, or that has a problem, makes an empty line (with
  /// --json an object that says why), a note and another status(); the others go on. Error: of threads or the machine.
  Status answer(std::span<const Prompt> prompts);

  /// The worst that happened so far.
  [[nodiscard]] ExitStatus status() const { return status_; }
  /// Standard output takes nothing more: nobody hears further answers.
  [[nodiscard]] bool output_lost() const { return output_lost_; }

 private:
  Status answer_one_by_one();
  Status answer_side_by_side();
  [[nodiscard]] Question question_of(std::size_t index) const;
  [[nodiscard]] std::optional<Verdict> refused(const Question& question) const;
  void finish(std::size_t index);
  void look_at_reader();
  void say(std::size_t index);
  void say_problem(const Prompt& prompt);
  void fail(ExitStatus status);
  [[nodiscard]] std::string json_line(const tasks::Item& item, const Answer& answer, const std::string& value,
                                      const std::string& failure) const;
  [[nodiscard]] std::string failure_text(const Answer& answer, const Error& error) const;
  [[nodiscard]] std::string stack_text(const Answer& answer) const;

  const tasks::CausalModel& model_;
  PromptOptions options_;
  std::string hash_;  // of the model, for objects
  tasks::AnswererPool pool_;

  // Of the present answer():
  std::span<const Prompt> prompts_;
  std::vector<Answer> answers_;
  std::mutex mutex_;        // of what follows
  std::vector<bool> done_;  // the answer is complete
  std::size_t said_ = 0;    // answers that were printed

  ExitStatus status_ = kPass;
  std::atomic<bool> output_lost_{false};
  std::atomic<std::int64_t> looked_ns_{0};
};

}  // namespace trm::cli
