#include "tasks/puzzles/build.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <system_error>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "engine/json/json_object.h"
#include "engine/sys/files.h"
#include "engine/sys/standard_input.h"
#include "tasks/base/rng.h"
#include "tasks/puzzles/csv_sample.h"

namespace trm::tasks {
namespace {

/// So many puzzles in a row that were there before: the family is exhausted, or nearly so.
constexpr std::size_t kMostRepeats = 1000;

std::string origin_file(const std::string& directory) {
  return (std::filesystem::path(directory) / "origin.json").string();
}

void tell(const BuildProgress& progress, std::string_view what, std::size_t done, std::size_t total) {
  if (progress) progress(what, done, total);
}

Status check_counts(const PuzzleFamily& family, const BuildRequest& request) {
  if (request.copies > family.max_copies()) {
    return Error{ErrorCode::usage, "", "copies",
                 family.name() + " has at most " + std::to_string(family.max_copies()) + " beside the original",
                 "ask for fewer"};
  }
  constexpr std::size_t most = std::numeric_limits<std::int32_t>::max();
  if (request.test > most || request.train > most / (request.copies + 1)) {
    return Error{ErrorCode::usage, "", "copies", "make more examples than offsets of 32 bits can count",
                 "ask for fewer"};
  }
  return {};
}

struct Collected {
  std::vector<PuzzleExample> train, test;
  std::size_t near_copies = 0;
  std::vector<std::string> notes = {};
};

Result<Collected> generated(const PuzzleFamily& family, const BuildRequest& request, const BuildProgress& progress) {
  Collected out;
  for (auto [split, count, place] :
       {std::tuple("test", request.test, &out.test), std::tuple("train", request.train, &out.train)}) {
    Result<std::vector<PuzzleExample>> puzzles = generate_puzzles(family, split, count, request.seed, progress);
    if (!puzzles) return puzzles.error();
    *place = *std::move(puzzles);
  }
  return out;
}

/// The first puzzles with different keys; fewer if no more of them turn up.
template <class Key>
Result<std::vector<PuzzleExample>> generate_different(const PuzzleFamily& family, std::string_view split,
                                                      std::size_t count, std::uint64_t seed, const Key& key,
                                                      const BuildProgress& progress, const std::string& what) {
  std::vector<PuzzleExample> out;
  std::unordered_set<std::string> seen;
  std::size_t repeated = 0;
  for (std::uint64_t index = 0; out.size() < count && repeated < kMostRepeats; ++index) {
    Result<PuzzleExample> example = family.generate(split, seed, index);
    if (!example) return example.error();
    if (!seen.insert(key(*example)).second) {
      ++repeated;
      continue;
    }
    repeated = 0;
    out.push_back(*std::move(example));
    tell(progress, what, out.size(), count);
  }
  return out;
}

/// One file for both splits: the hash of the canonical form says which row belongs where.
Result<Collected> from_one_file(const PuzzleFamily& family, const BuildRequest& request,
                                const BuildProgress& progress) {
  CsvSample train("train rows", request.train, request.seed), test("test rows", request.test, request.seed);
  const auto on_row = [&](std::size_t line, PuzzleExample example) {
    const std::string_view split = split_of_example(family, example);
    if (split == "train") {
      train.offer(line, std::move(example));
    } else if (split == "test") {
      test.offer(line, std::move(example));
    }
  };
  const CsvRules rules{request.min_rating, request.check_unique};
  std::vector<std::string> notes;
  if (Status s = read_examples(family, request.train_csv, rules, progress, on_row, notes); !s) return s.error();
  if (Status s = train.check(input_name(request.train_csv)); !s) return s.error();
  if (Status s = test.check(input_name(request.train_csv)); !s) return s.error();
  return Collected{train.take(), test.take(), 0, std::move(notes)};
}

/// A file for each split, as published: copies of what is in the test file leave the training rows.
Result<Collected> from_two_files(const PuzzleFamily& family, const BuildRequest& request,
                                 const BuildProgress& progress) {
  const CsvRules rules{request.min_rating, request.check_unique};
  CsvSample train("train rows", request.train, request.seed), test("test rows", request.test, request.seed);
  std::unordered_set<std::string> asked;
  const auto on_test = [&](std::size_t line, PuzzleExample example) {
    asked.insert(family.canonical(example.input));
    test.offer(line, std::move(example));
  };
  std::vector<std::string> notes;
  if (Status s = read_examples(family, request.test_csv, {0, rules.unique}, progress, on_test, notes); !s)
    return s.error();
  if (Status s = test.check(input_name(request.test_csv)); !s) return s.error();
  std::size_t near_copies = 0;
  const auto on_train = [&](std::size_t line, PuzzleExample example) {
    if (asked.contains(family.canonical(example.input))) {
      ++near_copies;
    } else {
      train.offer(line, std::move(example));
    }
  };
  if (Status s = read_examples(family, request.train_csv, rules, progress, on_train, notes); !s) return s.error();
  if (Status s = train.check(input_name(request.train_csv)); !s) return s.error();
  return Collected{train.take(), test.take(), near_copies, std::move(notes)};
}

}  // namespace

Result<std::vector<PuzzleExample>> generate_puzzles(const PuzzleFamily& family, std::string_view split,
                                                    std::size_t count, std::uint64_t seed,
                                                    const BuildProgress& progress) {
  const std::string what = std::string(split) + " puzzles";
  const auto board = [](const PuzzleExample& example) {
    return std::string(example.input.begin(), example.input.end());
  };
  Result<std::vector<PuzzleExample>> out = generate_different(family, split, count, seed, board, progress, what);
  if (out && out->size() < count) {
    return Error{ErrorCode::bad_input, "", what,
                 family.name() + " has hardly more than " + std::to_string(out->size()) + " different ones",
                 "ask for fewer, or for a larger size"};
  }
  return out;
}

Result<std::vector<PuzzleExample>> generate_forms(const PuzzleFamily& family, std::string_view split, std::size_t count,
                                                  std::uint64_t seed, const BuildProgress& progress) {
  const auto form = [&](const PuzzleExample& example) { return family.canonical(example.input); };
  return generate_different(family, split, count, seed, form, progress, std::string(split) + " puzzles");
}

PuzzleDataset dataset_of(const PuzzleFamily& family, const std::vector<PuzzleExample>& examples, std::size_t copies,
                         std::uint64_t seed) {
  PuzzleDataset out;
  out.metadata.vocab_size = family.vocab_size();
  out.metadata.seq_len = family.seq_len();
  out.inputs.reserve(examples.size() * (copies + 1) * family.seq_len());
  out.labels.reserve(examples.size() * (copies + 1) * family.seq_len());
  const auto add = [&out](const PuzzleExample& example) {
    out.add_example(example.input, example.label);
    out.end_puzzle(out.metadata.blank_identifier_id);
  };
  for (std::size_t i = 0; i < examples.size(); ++i) {
    add(examples[i]);
    Rng rng(seed, stream_of("puzzle copies"), i);
    for (const PuzzleExample& copy : family.copies(examples[i], copies, rng)) add(copy);
    out.end_group();
  }
  out.count();
  // As the published builders of these families count.
  out.metadata.total_puzzles = out.metadata.total_groups;
  return out;
}

Result<std::string> read_puzzle_origin(const std::string& directory) {
  const std::string file = origin_file(directory);
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return std::string();
  const Result<std::string> text = read_text(file);
  if (!text) return text.error();
  Result<JsonObject> json = JsonObject::parse(*text, file);
  if (!json) return json.error();
  std::string source, family;
  std::size_t seed = 0;
  json->require("source");
  json->get("source", source, {"generated", "csv", "lines"});
  json->get("family", family);
  json->get("seed", seed, 0, static_cast<std::size_t>(-1));
  if (Status s = json->finish(); !s) return s.error();
  return source;
}

Status check_build_request(const PuzzleFamily& family, const BuildRequest& request) {
  if (Status s = check_data_folder(request.directory, request.force); !s) return s;
  return check_counts(family, request);
}

Result<BuildReport> write_build(const PuzzleFamily& family, const BuildRequest& request, const BuildParts& parts,
                                const BuildProgress& progress) {
  BuildReport report;
  const PuzzleDataset test = dataset_of(family, parts.test, 0, request.seed);
  const PuzzleDataset train = dataset_of(family, parts.train, request.copies, request.seed);
  report.test_examples = test.examples();
  report.train_examples = train.examples();
  tell(progress, "examples written", 0, report.train_examples + report.test_examples);
  const Result<OutputLock> lock = begin_data_folder(request.directory, request.force);
  if (!lock) return lock.error();
  JsonWriter origin;
  origin.set("source", parts.source);
  origin.set("family", family.name());
  origin.set("seed", static_cast<std::size_t>(request.seed));
  if (Status s = write_atomic(origin_file(request.directory), origin.text()); !s) return s.error();
  if (!parts.list.empty()) {
    const std::string list = (std::filesystem::path(request.directory) / "puzzles.csv").string();
    if (Status s = write_atomic(list, parts.list); !s) return s.error();
  }
  if (Status s = write_puzzle_dataset(request.directory, "train", train); !s) return s.error();
  if (Status s = write_puzzle_dataset(request.directory, "test", test); !s) return s.error();
  const std::string names[] = {"<blank>"};
  if (Status s = write_identifiers(request.directory, names); !s) return s.error();
  tell(progress, "examples written", report.train_examples + report.test_examples,
       report.train_examples + report.test_examples);
  return report;
}

Result<BuildReport> build_puzzles(const PuzzleFamily& family, const BuildRequest& request,
                                  const BuildProgress& progress) {
  if (Status s = check_build_request(family, request); !s) return s.error();
  const auto collect = request.train_csv.empty()  ? generated
                       : request.test_csv.empty() ? from_one_file
                                                  : from_two_files;
  Result<Collected> puzzles = collect(family, request, progress);
  if (!puzzles) return puzzles.error();
  const BuildParts parts{std::move(puzzles->train), std::move(puzzles->test),
                         request.train_csv.empty() ? "generated" : "csv", ""};
  Result<BuildReport> report = write_build(family, request, parts, progress);
  if (!report) return report;
  report->near_copies = puzzles->near_copies;
  report->notes = std::move(puzzles->notes);
  return report;
}

}  // namespace trm::tasks
