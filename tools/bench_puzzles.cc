#include "tools/bench_puzzles.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include "engine/format/safetensors.h"
#include "engine/store/published_file.h"
#include "engine/train/schedule.h"
#include "tools/bench_contestants.h"
#include "tools/cli.h"
#include "tools/run_puzzles.h"
#include "tools/shipped.h"

namespace trm::cli {
namespace {

/// Models that ship and say what puzzles they learnt.
Result<std::vector<std::string>> shipped_puzzle_models() {
  const Result<std::vector<std::string>> names = list_shipped(kShippedModels);
  if (!names.ok()) return names.error();
  std::vector<std::string> out;
  for (const std::string& name : *names) {
    const Result<std::string> path = shipped_file(kShippedModels, name);
    if (!path.ok()) continue;
    const Result<SafetensorsFile> file = SafetensorsFile::open(*path);
    if (!file.ok()) continue;
    const auto format = file->metadata().find("format");
    const bool puzzle = format != file->metadata().end() && format->second == kPublishedFormat;
    if (puzzle && file->metadata().contains("data")) out.push_back(name);
  }
  return out;
}

Result<tasks::PuzzleModelInfo> find_puzzle_contestant(const std::string& name) {
  const Result<std::vector<std::string>> known = list_shipped(kShippedModels);
  if (!known.ok()) return known.error();
  const Result<std::string> path = find_named_model(name, *known);
  if (!path.ok()) return path.error();
  Result<tasks::PuzzleModelInfo> out = tasks::read_puzzle_model_info(*path);
  // Found out before anything is written; the frames' models are the likely mistake.
  if (!out.ok() && out.error().field == "__metadata__.format") {
    out.error().message += ", so it is no puzzle model";
    out.error().fix = "name a puzzle model, or leave out --suite paper; trm convert reads published checkpoints";
  }
  return out;
}

/// Ascending, none twice. Error: what is no number of tries.
Result<std::vector<std::size_t>> read_tries(const std::vector<std::string>& texts) {
  std::vector<std::size_t> out;
  for (const std::string& text : texts) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 1 || value > kMostTries) {
      return Error{ErrorCode::usage, "", "--tries", fmt::format("\"{}\" is no number from 1 to {}", text, kMostTries),
                   "write numbers of tries, as 1,2,4,8"};
    }
    out.push_back(value);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace

Result<bench::PuzzleSuiteOptions> puzzle_suite_options(const PuzzleBench& options) {
  bench::PuzzleSuiteOptions out;
  const Result<std::vector<std::size_t>> tries = read_tries(options.tries);
  if (!tries.ok()) return tries.error();
  out.tries = *tries;
  const Result<std::vector<std::string>> names =
      options.models.empty() ? shipped_puzzle_models() : Result<std::vector<std::string>>(options.models);
  if (!names.ok()) return names.error();
  if (names->empty()) {
    return Error{ErrorCode::bad_input, "", "--model", "no puzzle model ships with this program",
                 "train one (trm train --list) and name its model.safetensors"};
  }
  for (const std::string& name : *names) {
    Result<tasks::PuzzleModelInfo> contestant = find_puzzle_contestant(name);
    if (!contestant.ok()) return contestant.error();
    // Every run's model file has the same name, and its metadata a better one.
    const auto trained = contestant->info.find("name");
    if (contestant->name == "model" && trained != contestant->info.end() && is_plain_name(trained->second)) {
      contestant->name = trained->second;
    }
    out.models.push_back(*std::move(contestant));
  }
  out.directories = options.data;
  if (options.items) out.items = *options.items;
  out.seed = options.seed;
  out.submissions = options.submissions;
  return out;
}

}  // namespace trm::cli
