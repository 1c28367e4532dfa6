#include "tasks/puzzles/sudoku/collection.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "engine/sys/standard_input.h"
#include "tasks/base/split.h"
#include "tasks/base/words.h"
#include "tasks/puzzles/csv_sample.h"
#include "tasks/puzzles/puzzle_csv.h"
#include "tasks/puzzles/sudoku/solution_class.h"
#include "tasks/puzzles/sudoku/solver.h"

namespace trm::tasks::sudoku {
namespace {

constexpr std::string_view kSpace = " \t\r", kBehindCells = " \t\r,;#";

/// Does the line name the columns of a CSV file?
bool is_header(std::string_view line) {
  const bool letters = std::any_of(line.begin(), line.end(), [](char c) { return c >= 'g' && c <= 'z' && c != 'x'; });
  return letters && line.find(',') != std::string_view::npos;
}

class Collector {
 public:
  Collector(const Layout& layout, const BuildProgress& progress, std::vector<CollectedPuzzle>& out)
      : layout_(layout), progress_(progress), out_(out) {}

  Status read(const std::string& path, std::size_t file) {
    file_ = file;
    name_ = input_name(path);
    const std::size_t before = out_.size();
    const Result<std::string> text = read_input(path);
    if (!text) return text.error();
    std::string_view rest = *text;
    if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
    if (is_header(rest.substr(0, rest.find('\n')))) {
      const auto on_row = [this](const PuzzleRow& row) -> Status {
        Status s = add(row.question, row.answer, row.line);
        if (!s) return s.error();
        return {};
      };
      return parse_puzzle_csv(rest, name_, on_row);
    }
    for (std::size_t number = 1; !rest.empty(); ++number) {
      const std::size_t end = rest.find('\n');
      if (Status s = take_line(rest.substr(0, end), number); !s) {
        Error error = s.error();
        error.file = name_;
        error.field = "line " + std::to_string(number) + (error.field.empty() ? "" : ", " + error.field);
        return error;
      }
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    if (out_.size() > before) return {};
    return Error{ErrorCode::bad_input, name_, "", "holds no puzzles", "write one per line"};
  }

 private:
  Status take_line(std::string_view line, std::size_t number) {
    const std::size_t first = line.find_first_not_of(kSpace);
    if (first == std::string_view::npos || line[first] == '#') return {};
    line.remove_prefix(first);
    const std::string_view cells = line.substr(0, line.find_first_of(kBehindCells));
    if (cells.size() != layout_.cells()) {
      return Error{ErrorCode::bad_input, "", "",
                   "begins with " + std::to_string(cells.size()) + " characters without a gap, not the " +
                       std::to_string(layout_.cells()) + " cells of a puzzle",
                   "write each puzzle in one line, . or 0 for blanks, and comments behind a #"};
    }
    return add(cells, "", number);
  }

  /// `answer` may be empty: the solver knows it.
  Status add(std::string_view question, std::string_view answer, std::size_t line) {
    const Result<Board> board = parse(question, layout_);
    if (!board) return board.error();
    const Solved solved = solve(*board);
    if (solved.solutions != 1) {
      return Error{
          ErrorCode::bad_input, "", "", solved.solutions == 0 ? "has no solution" : "has more than one solution",
          solved.solutions == 0 ? "correct a given, or take the line out" : "add givens, or take the line out"};
    }
    if (!answer.empty()) {
      const Result<Board> said = parse(answer, layout_);
      if (!said) return in_field(said.error(), "answer");
      if (!(*said == solved.first))
        return Error{ErrorCode::bad_input, "", "answer", "does not solve the question", "correct one of the two"};
    }
    out_.push_back({file_, line, {*board, solved.first, solved.guesses}, climb(*board), solution_class(solved.first)});
    if (progress_) progress_("puzzles read", out_.size(), 0);
    return {};
  }

  Layout layout_;
  const BuildProgress& progress_;
  std::vector<CollectedPuzzle>& out_;
  std::size_t file_ = 0;
  std::string name_;
};

PuzzleExample example_of(const CollectedPuzzle& collected) {
  return {tokens_of(collected.puzzle.question), tokens_of(collected.puzzle.answer), collected.puzzle.rating};
}

/// So many of `count` as each share asks for: the largest remainders are rounded up.
std::vector<std::size_t> shared_out(std::size_t count, const std::vector<double>& shares) {
  const double all = std::accumulate(shares.begin(), shares.end(), 0.0);
  std::vector<std::size_t> out;
  std::vector<std::pair<double, std::size_t>> remainders;
  std::size_t given = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double exact = static_cast<double>(count) * shares[i] / all;
    out.push_back(static_cast<std::size_t>(exact));
    remainders.emplace_back(std::floor(exact) - exact, i);
    given += out.back();
  }
  std::sort(remainders.begin(), remainders.end());
  for (std::size_t i = 0; given < count; ++i, ++given) ++out[remainders[i].second];
  return out;
}

/// Puzzles that occurred before, in any file, are left out.
std::vector<CollectedPuzzle> without_repeats(std::vector<CollectedPuzzle> puzzles) {
  std::unordered_set<std::string> seen;
  std::erase_if(puzzles,
                [&](const CollectedPuzzle& p) { return !seen.insert(compact_text(p.puzzle.question)).second; });
  return puzzles;
}

/// Draws one split. The number that a sample knows of an example is its place in `puzzles`.
Status draw(const std::vector<CollectedPuzzle>& puzzles, std::string_view split, std::size_t count, std::uint64_t seed,
            const std::vector<std::string>& files, const std::vector<double>& shares, std::vector<std::size_t>& out) {
  const std::size_t parts = shares.empty() ? 1 : files.size();
  const std::vector<std::size_t> wanted = shares.empty() ? std::vector{count} : shared_out(count, shares);
  for (std::size_t part = 0; part < parts; ++part) {
    CsvSample sample(std::string(split) + " puzzles", wanted[part], seed + part);
    for (std::size_t i = 0; i < puzzles.size(); ++i) {
      if ((shares.empty() || puzzles[i].file == part) && split_of(puzzles[i].solution_class) == split)
        sample.offer(i, PuzzleExample{});
    }
    if (Status s = sample.check(shares.empty() && files.size() > 1 ? "" : input_name(files[part])); !s) {
      s.error().field = "--" + std::string(split);
      return s;
    }
    for (const std::size_t place : sample.places()) out.push_back(place);
  }
  std::sort(out.begin(), out.end());
  return {};
}

std::string per_cent(std::size_t part, std::size_t of) {
  std::array<char, 32> text{};
  const double share = of == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(of);
  const int length = std::snprintf(text.data(), text.size(), "%.1f %%", share);
  return {text.data(), static_cast<std::size_t>(length)};
}

/// What a file holds, for people.
std::string summary_of(const std::vector<CollectedPuzzle>& puzzles, std::size_t file, const std::string& name) {
  std::vector<std::uint32_t> guesses;
  std::array<std::size_t, kRungs + 1> hardest{};
  std::set<std::string_view> classes;
  for (const CollectedPuzzle& p : puzzles) {
    if (p.file != file) continue;
    guesses.push_back(p.puzzle.rating);
    ++hardest[p.climb.hardest()];
    classes.insert(p.solution_class);
  }
  std::sort(guesses.begin(), guesses.end());
  std::string out = name + ": " + std::to_string(guesses.size()) + " puzzles, " + std::to_string(classes.size()) +
                    " classes of solutions; guesses: median " + std::to_string(guesses[guesses.size() / 2]) +
                    ", most " + std::to_string(guesses.back()) + "; hardest step:";
  for (std::size_t rung = 0; rung <= kRungs; ++rung) {
    if (hardest[rung] > 0)
      out += " " + std::string(rung_name(rung)) + " " + per_cent(hardest[rung], guesses.size()) + ",";
  }
  out.pop_back();
  return out;
}

std::string listed(const std::vector<CollectedPuzzle>& puzzles, const std::vector<std::size_t>& places,
                   const std::string& split, const std::vector<std::string>& files) {
  std::string out;
  for (const std::size_t place : places) {
    const CollectedPuzzle& p = puzzles[place];
    std::string name = input_name(files[p.file]);
    std::replace(name.begin(), name.end(), ',', ' ');
    out += split + "," + name + "," + std::to_string(p.line) + "," + std::to_string(p.puzzle.rating) + "," +
           std::string(rung_name(p.climb.hardest())) + "," + std::to_string(p.climb.total()) + "," +
           compact_text(p.puzzle.question) + "," + compact_text(p.puzzle.answer) + "\n";
  }
  return out;
}

}  // namespace

Result<std::vector<CollectedPuzzle>> read_collections(const Layout& layout, const std::vector<std::string>& files,
                                                      const BuildProgress& progress) {
  std::vector<CollectedPuzzle> out;
  Collector collector(layout, progress, out);
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (Status s = collector.read(files[i], i); !s) return s.error();
  }
  return out;
}

LineSplitLeak line_split_leak(const std::vector<CollectedPuzzle>& puzzles) {
  const auto split_of_line = [](const CollectedPuzzle& p) {
    return split_of("line " + std::to_string(p.file) + " " + std::to_string(p.line));
  };
  std::unordered_set<std::string_view> learnt;
  for (const CollectedPuzzle& p : puzzles) {
    if (split_of_line(p) == "train") learnt.insert(p.solution_class);
  }
  LineSplitLeak out;
  for (const CollectedPuzzle& p : puzzles) {
    if (split_of_line(p) != "test") continue;
    ++out.test;
    out.leaked += learnt.contains(p.solution_class) ? 1 : 0;
  }
  return out;
}

Result<BuildReport> build_collections(const PuzzleFamily& family, const Layout& layout, const BuildRequest& request,
                                      const std::vector<std::string>& files, const std::vector<double>& shares,
                                      const BuildProgress& progress) {
  if (Status s = check_build_request(family, request); !s) return s.error();
  Result<std::vector<CollectedPuzzle>> read = read_collections(layout, files, progress);
  if (!read) return read.error();
  const std::size_t lines = read->size();
  const std::vector<CollectedPuzzle> puzzles = without_repeats(*std::move(read));
  std::vector<std::size_t> train, test;
  if (Status s = draw(puzzles, "test", request.test, request.seed, files, shares, test); !s) return s.error();
  if (Status s = draw(puzzles, "train", request.train, request.seed, files, shares, train); !s) return s.error();

  BuildParts parts;
  parts.source = "lines";
  for (const std::size_t place : train) parts.train.push_back(example_of(puzzles[place]));
  for (const std::size_t place : test) parts.test.push_back(example_of(puzzles[place]));
  parts.list = "split,file,line,rating,ladder,ladder_steps,question,answer\n" + listed(puzzles, train, "train", files) +
               listed(puzzles, test, "test", files);
  Result<BuildReport> report = write_build(family, request, parts, progress);
  if (!report) return report;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto from_it = [&](const CollectedPuzzle& p) { return p.file == i; };
    if (std::any_of(puzzles.begin(), puzzles.end(), from_it))
      report->notes.push_back(summary_of(puzzles, i, input_name(files[i])));
  }
  if (lines > puzzles.size())
    report->notes.push_back(std::to_string(lines - puzzles.size()) + " lines repeat a puzzle and were left out");
  const LineSplitLeak leak = line_split_leak(puzzles);
  report->notes.push_back(
      "a split by line would share solutions between training and test: " + std::to_string(leak.leaked) + " of " +
      std::to_string(leak.test) + " test puzzles (" + per_cent(leak.leaked, leak.test) + "); this one shares none");
  return report;
}

}  // namespace trm::tasks::sudoku
