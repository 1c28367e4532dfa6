#include "tools/bench_contestants.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "bench/frames/predictions.h"
#include "bench/frames/prolog.h"
#include "engine/sys/standard_input.h"
#include "tasks/ask/causal_model.h"
#include "tools/cli.h"
#include "tools/shipped.h"

namespace trm::cli {
namespace {

Result<bench::Contestant> find_prolog() {
  if (bench::find_swipl().empty()) {
    return Error{ErrorCode::unsupported, "", "--model", "prolog needs SWI-Prolog, and there is no swipl in PATH",
                 "apt-get install swi-prolog-nox, or leave prolog out"};
  }
  const Result<std::string> shared = shipped_file(kShippedProlog, "questions");
  if (!shared.ok()) return shared.error();
  return bench::Contestant{bench::kPrologSolver, std::filesystem::path(*shared).parent_path().string(),
                           bench::ContestantKind::prolog};
}

/// The file's name; what trm train writes has the name of its directory.
std::string contestant_name(const std::filesystem::path& path) {
  const std::string directory = path.parent_path().filename().string();
  return path.filename() == "model.safetensors" && !directory.empty() ? directory : path.stem().string();
}

}  // namespace

Result<std::string> find_named_model(const std::string& name, const std::vector<std::string>& known) {
  Result<std::string> path = find_model(name);
  // What looks like a path was meant as one.
  if (path.ok() || name.find('/') != std::string::npos || name.ends_with(kShippedModels.extension)) return path;
  const std::string near = closest(name, known);
  return Error{ErrorCode::usage, "", "--model", fmt::format("unknown name \"{}\"", name),
               near.empty() ? fmt::format("use one of {}, or the path of a model", fmt::join(known, ", "))
                            : fmt::format("did you mean {}?", near)};
}

const std::vector<std::string>& default_contestant_names() {
  static const std::vector<std::string> names = {"trm-frames", "transformer-frames", "trm-trace",
                                                 "trm-answer", bench::kExactSolver,  bench::kPrologSolver};
  return names;
}

Result<bench::Contestant> find_contestant(const std::string& name) {
  if (name == bench::kExactSolver) return bench::Contestant{name, "", bench::ContestantKind::solver};
  if (name == bench::kPrologSolver) return find_prolog();
  Result<std::vector<std::string>> known = list_shipped(kShippedModels);
  if (!known.ok()) return known.error();
  known->insert(known->end(), {bench::kExactSolver, bench::kPrologSolver});
  const Result<std::string> path = find_named_model(name, *known);
  if (!path.ok()) return path.error();
  // A model that cannot be used is found out before anything is written.
  if (const Result<Model> model = tasks::read_causal_model(*path); !model.ok()) return model.error();
  return bench::Contestant{contestant_name(*path), *path};
}

Result<DefaultContestants> default_contestants() {
  DefaultContestants out;
  for (const std::string& name : default_contestant_names()) {
    const bool optional = name == bench::kPrologSolver;
    if (optional && bench::find_swipl().empty()) {
      out.left_out.push_back(name + ": SWI-Prolog is not installed");
      continue;
    }
    Result<bench::Contestant> contestant = find_contestant(name);
    if (contestant.ok()) {
      contestant->optional = optional;
      out.contestants.push_back(*std::move(contestant));
    } else if (optional) {
      out.left_out.push_back(name + ": " + contestant.error().text());
    } else {
      return contestant.error();
    }
  }
  return out;
}

Result<std::vector<bench::Contestant>> prediction_contestants(const std::vector<std::string>& files,
                                                              const std::vector<std::string>& names,
                                                              tasks::Reading reading, const tasks::LogChoice& choice) {
  if (files.size() != names.size()) {
    return Error{ErrorCode::usage, "", "--name",
                 fmt::format("{} names for {} files of predictions", names.size(), files.size()),
                 "give one --name for each --predictions"};
  }
  std::vector<bench::Contestant> out;
  std::vector<std::string> notes;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (names[i].empty()) return Error{ErrorCode::usage, "", "--name", "is empty", "say who made the predictions"};
    Result<std::shared_ptr<const bench::Predictions>> predictions =
        bench::read_predictions(files[i], reading, choice, &notes);
    if (!predictions.ok()) return predictions.error();
    out.push_back({names[i], input_name(files[i]), bench::ContestantKind::predictions, *std::move(predictions)});
  }
  for (const std::string& text : notes) note(text);
  return out;
}

void add_log_choice(Arguments& args, std::string& filter, std::uint64_t& repeat) {
  args.option("--filter", filter, "Of a log of lm_eval with several filters take the lines of this one").type("NAME");
  args.number("--repeat", repeat, 1, 1'000'000, "Of several replies to a document judge this one");
}

}  // namespace trm::cli
