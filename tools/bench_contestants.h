// Whom trm bench measures, by the names on its command line.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/frames/contestant.h"
#include "tasks/exchange/jsonl.h"
#include "tasks/exchange/score.h"
#include "tools/arguments.h"

namespace trm::cli {

/// The file of a model that --model names. Error (usage): a bare name that nothing has, with the nearest of `known` or
/// all of them; otherwise as find_model().
Result<std::string> find_named_model(const std::string& name, const std::vector<std::string>& known);

/// Contestants that are measured where --model is not given; prolog is optional among them. Those of `left_out` cannot
/// run here, and why. Error: as find_contestant() for the others.
struct DefaultContestants {
  std::vector<bench::Contestant> contestants;
  std::vector<std::string> left_out;
};
Result<DefaultContestants> default_contestants();
/// Their names on any machine.
const std::vector<std::string>& default_contestant_names();

/// A path to a model, a name of one, or a symbolic solver. Error: as find_named_model(); the model is none of the
/// tasks'; prolog without swipl.
Result<bench::Contestant> find_contestant(const std::string& name);

/// --filter and --repeat, for every command that reads predictions.
void add_log_choice(Arguments& args, std::string& filter, std::uint64_t& repeat);

/// Each file of predictions with the name at the same place. Notes what was chosen. Error: files and names differ in
/// number (usage); a file that is none.
Result<std::vector<bench::Contestant>> prediction_contestants(const std::vector<std::string>& files,
                                                              const std::vector<std::string>& names,
                                                              tasks::Reading reading, const tasks::LogChoice& choice);

}  // namespace trm::cli
