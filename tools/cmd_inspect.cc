// trm tasks inspect DIR: what a puzzle data set holds.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "tasks/puzzles/dataset.h"
#include "tasks/puzzles/families.h"
#include "tasks/puzzles/family.h"
#include "tools/commands.h"

namespace trm::cli {
namespace {

struct InspectOptions {
  std::string directory, split;
  std::uint64_t row = 0;
  bool one_row = false;
};

/// Token numbers, in a square if they make one.
std::string plain_text(std::span<const std::uint8_t> tokens) {
  std::size_t width = 1;
  while (width * width < tokens.size()) ++width;
  if (width * width != tokens.size()) width = tokens.size();
  std::string out;
  for (std::size_t i = 0; i < tokens.size(); ++i)
    out += fmt::format("{:>3}{}", tokens[i], i % width == width - 1 ? "\n" : "");
  return out;
}

/// The names, which old data sets may lack.
Result<std::vector<std::string>> names_of(const std::string& directory) {
  std::error_code ignored;
  if (!std::filesystem::exists(std::filesystem::path(directory) / "identifiers.json", ignored))
    return std::vector<std::string>{};
  return tasks::read_identifiers(directory);
}

std::string summary(const std::string& split, const tasks::PuzzleDataset& set) {
  const tasks::PuzzleMetadata& m = set.metadata;
  const std::unique_ptr<tasks::PuzzleFamily> family = tasks::family_of(m);
  return fmt::format(
      "{}: {}\n"
      "  examples {}, puzzles {}, groups {}\n"
      "  seq_len {}, vocab_size {}, pad_id {}, ignore_label_id {}, blank_identifier_id {}\n"
      "  num_puzzle_identifiers {}, total_groups {}, total_puzzles {}, mean_puzzle_examples {}\n",
      split, family ? family->name() : "puzzles", set.examples(), set.puzzles(), set.groups(), m.seq_len, m.vocab_size,
      m.pad_id, m.ignore_label_id, m.blank_identifier_id, m.num_puzzle_identifiers, m.total_groups, m.total_puzzles,
      m.mean_puzzle_examples);
}

std::string example_text(const std::string& split, const tasks::PuzzleDataset& set, std::size_t row,
                         const std::vector<std::string>& names) {
  const std::size_t puzzle = set.puzzle_of(row), length = set.metadata.seq_len;
  const auto group =
      std::upper_bound(set.group_indices.begin(), set.group_indices.end(), static_cast<std::int32_t>(puzzle)) -
      set.group_indices.begin() - 1;
  const auto identifier = static_cast<std::size_t>(set.puzzle_identifiers[puzzle]);
  const std::string name = identifier < names.size() ? " " + names[identifier] : "";
  const auto input = std::span(set.inputs).subspan(row * length, length);
  const auto label = std::span(set.labels).subspan(row * length, length);
  const std::unique_ptr<tasks::PuzzleFamily> family = tasks::family_of(set.metadata);
  const auto board = [&](auto tokens) { return family ? family->text(tokens) : plain_text(tokens); };
  return fmt::format("{} row {}: puzzle {}, group {}, identifier {}{}{}\n\n{}\n{}", split, row, puzzle, group,
                     identifier, name,
                     family ? (family->verify(input, label) ? ", solved" : ", NOT solved by its label") : "",
                     board(input), board(label));
}

int inspect(const InspectOptions& options) {
  const Result<std::vector<std::string>> names = names_of(options.directory);
  if (!names.ok()) return report(names.error());
  std::vector<std::string> splits = {"train", "test"};
  if (!options.split.empty())
    splits = {options.split};
  else if (options.one_row)
    splits = {"train"};
  std::string out;
  if (!options.one_row) out += fmt::format("{} identifiers\n", names->size());
  for (const std::string& split : splits) {
    const Result<tasks::PuzzleDataset> set = tasks::read_puzzle_dataset(options.directory, split);
    if (!set.ok()) return report(set.error());
    if (!options.one_row) {
      out += summary(split, *set);
    } else if (options.row < set->examples()) {
      out += example_text(split, *set, options.row, *names);
    } else {
      return report(Error{ErrorCode::usage, "", "--row",
                          fmt::format("{} is beyond the {} examples of {}", options.row, set->examples(), split),
                          "rows count from 0"});
    }
  }
  print(out);
  return kPass;
}

}  // namespace

Command add_inspect(Arguments& tasks) {
  auto options = std::make_shared<InspectOptions>();
  Arguments args = tasks.command("inspect", "Print what a puzzle data set holds, or one example of it");
  args.option("directory", options->directory, "Folder of the data set").required().type("DIR");
  args.option("--split", options->split, "train or test; both if it is not given").one_of({"train", "test"});
  const Option row = args.number("--row", options->row, 0, std::numeric_limits<std::uint64_t>::max(),
                                 "Print this example instead, of the training split if none is named");
  return {args, [options, row] {
            options->one_row = row.given();
            return inspect(*options);
          }};
}

}  // namespace trm::cli
