// trm tasks build FAMILY and trm tasks inspect: puzzle data in the published layout.
#include <fmt/format.h>

#include <limits>
#include <memory>
#include <string>

#include "tasks/puzzles/build.h"
#include "tasks/puzzles/fractal/family.h"
#include "tasks/puzzles/maze/family.h"
#include "tasks/puzzles/sudoku/family.h"
#include "tools/commands.h"
#include "tools/progress.h"

namespace trm::cli {
namespace {

constexpr std::uint64_t kAny = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kMostPuzzles = 100'000'000;

/// What all families ask for.
struct BuildOptions {
  std::uint64_t size = 0;
  std::string csv, test_csv, out;
  bool generate = false, force = false, any_solution = false;
  std::uint64_t train = 1000, test = 1000, copies = 0, seed = 0, min_rating = 0;
  std::uint64_t givens = 0, min_path = 0;
};

int build(const tasks::PuzzleFamily& family, const BuildOptions& options) {
  if (options.generate == !options.csv.empty())
    return report(Error{ErrorCode::usage, "", "--generate", "and --csv FILE: one of the two is needed", "add one"});
  if (!options.test_csv.empty() && options.csv.empty())
    return report(Error{ErrorCode::usage, "", "--test-csv", "needs --csv FILE beside it", "add it"});
  if (Status s = check_standard_input({{"--csv", options.csv}, {"--test-csv", options.test_csv}}); !s.ok())
    return report(s.error());
  tasks::BuildRequest request;
  request.directory = options.out;
  request.force = options.force;
  request.train = options.train;
  request.test = options.test;
  request.copies = options.copies;
  request.seed = options.seed;
  request.train_csv = options.csv;
  request.test_csv = options.test_csv;
  request.min_rating = static_cast<double>(options.min_rating);
  request.check_unique = !options.any_solution;
  ProgressBar bar("", 0, ProgressBar::Elsewhere::lines);
  const Result<tasks::BuildReport> built =
      tasks::build_puzzles(family, request, [&](std::string_view what, std::size_t done, std::size_t total) {
        if (bar.due(done, total)) bar.draw(what, done, total);
      });
  bar.finish();
  if (!built.ok()) return report(built.error());
  for (const std::string& text : built->notes) note(text);
  if (built->near_copies > 0)
    note(fmt::format("{} training rows left out: the test file has copies of them", built->near_copies));
  print(fmt::format("{}: {}, {} training examples, {} test examples\n", options.out, family.name(),
                    built->train_examples, built->test_examples));
  return kPass;
}

int build_sudoku(const BuildOptions& options) {
  tasks::sudoku::Request request;
  const Result<tasks::sudoku::Layout> layout = tasks::sudoku::layout_of(options.size);
  if (!layout.ok()) {
    Error error = layout.error();
    error.code = ErrorCode::usage;
    error.field = "--size";
    return report(error);
  }
  request.layout = *layout;
  request.givens = options.givens;
  request.min_rating = static_cast<std::uint32_t>(options.min_rating);
  return build(*tasks::sudoku::make_family(request), options);
}

int build_maze(const BuildOptions& options) {
  tasks::maze::Request request;
  request.size = options.size;
  request.min_steps = options.min_path != 0 ? options.min_path : tasks::maze::default_min_steps(options.size);
  return build(*tasks::maze::make_family(request), options);
}

int build_fractal(const BuildOptions& options) {
  return build(*tasks::fractal::make_family({options.size, ""}), options);
}

void add_common(Arguments& args, BuildOptions& options) {
  args.flag("--generate", options.generate, "Make puzzles with our own generator");
  args.option("--csv", options.csv,
              "Take puzzles from FILE, whose columns are called question (or puzzle, quiz), answer (or solution) and, "
              "where there is one, rating; others are passed over; - is standard input")
      .type("FILE");
  args.option("--test-csv", options.test_csv,
              "Take test puzzles from FILE; without it both come from --csv, told apart by hash")
      .type("FILE");
  args.number("--train", options.train, 1, kMostPuzzles, "Training puzzles");
  args.number("--test", options.test, 1, kMostPuzzles, "Test puzzles");
  args.number("--augment", options.copies, 0, kMostPuzzles, "Copies of each training puzzle beside it");
  args.number("--seed", options.seed, 0, kAny, "Seed of everything that is drawn");
  args.flag("--any-solution", options.any_solution, "Take rows of CSV files that have more than one solution");
  args.option("--out", options.out, "Folder of the data set").required().type("DIR");
  args.flag("--force", options.force, "Replace a data set that is there");
}

Command add_sudoku(Arguments& builders) {
  auto options = std::make_shared<BuildOptions>();
  options->size = 9;
  Arguments args = builders.command("sudoku", "Sudokus of 4x4, 6x6 or 9x9 cells");
  args.number("--size", options->size, 4, 9, "4, 6 or 9 rows");
  args.number("--givens", options->givens, 0, 81, "Stop at so many givens; 0: no given can be left out");
  args.number("--min-rating", options->min_rating, 0, 1'000'000,
              "Least rating: of the CSV row, or guesses that our solver needs");
  add_common(args, *options);
  return {args, [options] { return build_sudoku(*options); }};
}

Command add_maze(Arguments& builders) {
  auto options = std::make_shared<BuildOptions>();
  options->size = 30;
  Arguments args = builders.command("maze", "Mazes with one shortest path");
  args.number("--size", options->size, tasks::maze::kMinSize, tasks::maze::kMaxSize, "Rows");
  args.number("--min-path", options->min_path, 0, tasks::maze::kMaxSize * tasks::maze::kMaxSize,
              "Least steps of the shortest path; 0: 110 in 30x30 cells, the same part of other areas");
  args.number("--min-rating", options->min_rating, 0, 1'000'000, "Least rating of a CSV row");
  add_common(args, *options);
  return {args, [options] { return build_maze(*options); }};
}

Command add_fractal(Arguments& builders) {
  auto options = std::make_shared<BuildOptions>();
  options->size = 16;
  Arguments args = builders.command("fractal", "Fractals whose next iteration is to be drawn");
  args.number("--size", options->size, tasks::fractal::kMinSize, tasks::fractal::kMaxSize, "Rows");
  args.number("--min-rating", options->min_rating, 0, 1'000'000, "Least rating of a CSV row");
  add_common(args, *options);
  return {args, [options] { return build_fractal(*options); }};
}

}  // namespace

Command add_build(Arguments& tasks) {
  Arguments args = tasks.command("build", "Build a puzzle data set in the published layout");
  args.require_command();
  // One line for each family.
  const std::vector<Command> builders = {
      add_sudoku(args),
      add_maze(args),
      add_fractal(args),
      add_build_arc(args),
  };
  return {args, [builders] {
            for (const Command& builder : builders)
              if (builder.arguments.given()) return builder.run();
            return static_cast<int>(kUsage);
          }};
}

}  // namespace trm::cli
