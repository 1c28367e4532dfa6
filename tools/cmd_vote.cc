// trm tasks vote: the evaluation of ARC: anyone's predictions for the test split become votes, and pass@K.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "engine/json/json_value.h"
#include "engine/sys/files.h"
#include "engine/sys/input.h"
#include "engine/sys/standard_input.h"
#include "tasks/puzzles/arc/pass.h"
#include "tasks/puzzles/arc/poll.h"
#include "tasks/puzzles/arc/predictions.h"
#include "tasks/puzzles/arc/submission.h"
#include "tools/commands.h"

namespace trm::cli {
namespace {

namespace arc = tasks::arc;

struct VoteOptions {
  std::string data, submission, format = "md";
  std::vector<std::string> predictions;
};

double percent(double ratio) {
  return 100 * ratio;
}

std::string as_markdown(const arc::PassScore& score) {
  std::string out = fmt::format("{} tasks, {} test pairs, {} of them without a vote\n", score.tasks, score.pairs,
                                score.pairs_without_votes);
  if (score.tasks_left_out > 0)
    out += fmt::format("{} tasks are left out: not all solutions are known\n", score.tasks_left_out);
  const auto interval = [](const Rate& rate) {
    return fmt::format("{:.2f} % to {:.2f} %", percent(rate.interval().low), percent(rate.interval().high));
  };
  out += "\n| TRM: mean over tasks of right test pairs | pass | right | test pairs |\n| --- | ---: | ---: | ---: |\n";
  for (const arc::PairPass& pass : score.trm) {
    out += fmt::format("| pass@{} | {:.2f} % | {} | {} |\n", pass.k, percent(pass.rate), pass.pairs.right,
                       pass.pairs.total);
  }
  out += "\n| HRM: tasks with all test pairs right | pass | right | tasks | 95 % interval |\n";
  out += "| --- | ---: | ---: | ---: | --- |\n";
  for (const arc::TaskPass& pass : score.hrm) {
    out += fmt::format("| pass@{} | {:.2f} % | {} | {} | {} |\n", pass.k, percent(pass.tasks.value()), pass.tasks.right,
                       pass.tasks.total, interval(pass.tasks));
  }
  return out;
}

std::string as_json(const arc::PassScore& score) {
  JsonValue trm = JsonValue::array(), hrm = JsonValue::array();
  for (const arc::PairPass& pass : score.trm)
    trm.push(JsonValue::object({{"k", pass.k}, {"pass", pass.rate}, {"right_test_pairs", pass.pairs.right}}));
  for (const arc::TaskPass& pass : score.hrm) {
    hrm.push(JsonValue::object({{"k", pass.k},
                                {"pass", pass.tasks.value()},
                                {"right_tasks", pass.tasks.right},
                                {"ci_low", pass.tasks.interval().low},
                                {"ci_high", pass.tasks.interval().high}}));
  }
  return JsonValue::object({{"tasks", score.tasks},
                            {"test_pairs", score.pairs},
                            {"test_pairs_without_votes", score.pairs_without_votes},
                            {"tasks_left_out", score.tasks_left_out},
                            {"trm", std::move(trm)},
                            {"hrm", std::move(hrm)}})
             .indented() +
         "\n";
}

std::string as_csv(const arc::PassScore& score) {
  std::string out = "definition,k,pass,right,total\n";
  for (const arc::PairPass& pass : score.trm)
    out += fmt::format("trm,{},{},{},{}\n", pass.k, pass.rate, pass.pairs.right, pass.pairs.total);
  for (const arc::TaskPass& pass : score.hrm)
    out += fmt::format("hrm,{},{},{},{}\n", pass.k, pass.tasks.value(), pass.tasks.right, pass.tasks.total);
  return out;
}

Result<arc::Poll> open_poll(const std::string& folder) {
  const Result<tasks::PuzzleDataset> test = tasks::read_puzzle_dataset(folder, "test");
  if (!test) return test.error();
  const Result<std::vector<std::string>> names = tasks::read_identifiers(folder);
  if (!names) return names.error();
  Result<arc::Poll> poll = arc::Poll::open(*test, *names);
  if (!poll) poll.error().file = folder;
  return poll;
}

/// Too many lines to be held as one text: a canvas for each row of the test split.
Status add_file(const std::string& path, arc::Poll& poll) {
  const std::string file = input_name(path);
  Result<std::ifstream> lines = open_text_stream(is_standard_input(path) ? "/dev/stdin" : path);
  if (!lines) {
    lines.error().file = file;
    return lines.error();
  }
  if (Status status = arc::add_predictions(*lines, file, poll); !status) return status;
  if (poll.answered() < poll.rows())
    note(fmt::format("{} answers {} of {} examples", file, poll.answered(), poll.rows()));
  return {};
}

int vote(const VoteOptions& options) {
  if (std::count_if(options.predictions.begin(), options.predictions.end(), is_standard_input) > 1) {
    return report(
        Error{ErrorCode::usage, "", "--predictions", "names standard input twice", "name a file for one of them"});
  }
  if (!options.submission.empty()) {
    if (Status s = check_target(options.submission); !s) return report(s.error());
  }
  Result<arc::Poll> poll = open_poll(options.data);
  if (!poll) return report(poll.error());
  for (const std::string& file : options.predictions) {
    poll->next_evaluation(true);
    if (Status status = add_file(file, *poll); !status) return report(status.error());
  }
  if (!options.submission.empty()) {
    const std::string text = arc::write_submission(arc::submission(*poll));
    if (Status status = write_result(options.submission, text); !status) return report(status.error());
  }
  const arc::PassScore score = arc::score(*poll);
  print(options.format == "json" ? as_json(score) : options.format == "csv" ? as_csv(score) : as_markdown(score));
  return kPass;
}

}  // namespace

Command add_vote(Arguments& tasks) {
  auto options = std::make_shared<VoteOptions>();
  Arguments args = tasks.command("vote", "Count the votes of predictions for ARC data: pass@K");
  args.option("--data", options->data, "Folder of the data, as trm tasks build arc writes it").type("DIR").required();
  args.list("--predictions", options->predictions,
            "JSON Lines of {\"name\": puzzle, \"example\": its number from 0, \"output\": 900 tokens, \"q_halt\": "
            "number}; of several files all votes count; - is standard input")
      .type("FILE")
      .required();
  args.option("--submission", options->submission, "Write the two best attempts as submission.json of the ARC Prize")
      .type("FILE");
  args.option("--format", options->format, "md, json or csv").one_of({"md", "json", "csv"}).default_shown();
  return {args, [options] { return vote(*options); }};
}

}  // namespace trm::cli
