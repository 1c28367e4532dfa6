// Writes the tiny models of the command-line tests into a directory: make_model DIRECTORY.
//   one        answers 1 to everything
//   yes        answers YES to everything
//   echo       answers every question with its first stream
//   emit       answers 1 to everything, as a stream
//   nonsense   closes what it never opened
//   loop       calls the same prompt for ever
//   spawning   the same without waiting
//   endless    writes digits of its value for ever
//   not_number returns a value that is no number
//   words      has another vocabulary
//   trace      answers 1 to factorial and mutual, as a trace in one sequence
//   answer     answers 1 to factorial, the answer alone
//   babble     a trace of digits without end
//   unknown_encoding, unknown_task   of encodings and tasks that there are not
// and puzzle models, which give one answer to every question:
//   sudoku       4x4, right for 1..4..1..3..2..3, halts at once
//   doubtful     the same, but never halts
//   sudoku_inf   4x4, a weight is not finite
//   maze         5x5, right for ######S  #### ##G  ######
//   arc          the grid 12/34, three rows of the puzzle table
//   arc_stripped the same, whose rows were 7, 3 and 1200 before
//   other        of no known puzzles
#include <cstdint>
#include <cstdio>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/store/model_file.h"
#include "tasks/frames/frame.h"
#include "tasks/puzzles/arc/canvas.h"
#include "tests/support/bigram_model.h"
#include "tests/support/fixed_puzzle_model.h"

namespace {

using Transitions = std::vector<std::pair<std::string, std::string>>;

bool save(const std::string& directory, const std::string& name, std::vector<std::string> words,
          const Transitions& transitions, const std::map<std::string, std::string>& info = {}) {
  trm::Model model = trm::tests::bigram_model(std::move(words), transitions);
  model.info.insert(info.begin(), info.end());
  const trm::Status status = trm::save_model(directory + "/" + name + ".safetensors", model);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.error().text().c_str());
  return status.ok();
}

bool save_puzzle(const std::string& directory, const std::string& name, const trm::tests::FixedPuzzleModel& model,
                 std::map<std::string, std::string> metadata = {}) {
  const trm::Status status =
      trm::tests::save_fixed_puzzle_model(directory + "/" + name + ".safetensors", model, std::move(metadata));
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.error().text().c_str());
  return status.ok();
}

/// Models of whole sequences.
bool save_sequences(const std::string& directory, const std::vector<std::string>& words, const Transitions& one) {
  bool ok = save(directory, "trace", words, one, {{"encoding", "trace"}, {"tasks", "factorial mutual"}});
  ok = save(directory, "answer", words, {{"END", "1"}, {"1", "END"}},
            {{"encoding", "answer"}, {"tasks", "factorial"}}) &&
       ok;
  ok = save(directory, "babble", words, {{"END", "0"}}, {{"encoding", "trace"}, {"tasks", "factorial"}}) && ok;
  ok = save(directory, "unknown_encoding", words, one, {{"encoding", "traces"}, {"tasks", "factorial"}}) && ok;
  return save(directory, "unknown_task", words, one, {{"encoding", "trace"}, {"tasks", "factorials"}}) && ok;
}

bool save_puzzles(const std::string& directory) {
  const auto tokens = [](const std::string& cells, const std::string& glyphs) {
    std::vector<std::uint8_t> out;
    for (const char c : cells) out.push_back(static_cast<std::uint8_t>(glyphs.find(c)));
    return out;
  };
  const std::vector<std::uint8_t> sudoku = tokens("1234341243212143", "?.1234");
  bool ok = save_puzzle(directory, "sudoku", {sudoku, 6, 2, 0});
  ok = save_puzzle(directory, "doubtful", {sudoku, 6, -2, 0}) && ok;
  ok = save_puzzle(directory, "tireless", {sudoku, 6, -2, 0, 65536}) && ok;
  ok = save_puzzle(directory, "sudoku_inf", {sudoku, 6, std::numeric_limits<float>::infinity(), 0}) && ok;
  ok = save_puzzle(directory, "maze", {tokens("######Soo####o##Goo######", "?# SGo"), 6, 2, 0}) && ok;
  trm::tasks::arc::Grid grid(2, 2);
  grid.cells = {1, 2, 3, 4};
  const trm::tasks::arc::Canvas canvas = trm::tasks::arc::draw(grid);
  const trm::tests::FixedPuzzleModel arc{{canvas.begin(), canvas.end()}, 12, 2, 3};
  ok = save_puzzle(directory, "arc", arc) && ok;
  ok = save_puzzle(directory, "arc_stripped", arc, {{trm::kPuzzleRows, "7,3,1200"}}) && ok;
  return save_puzzle(directory, "other", {std::vector<std::uint8_t>(7), 6, 2, 0}) && ok;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_model DIRECTORY\n");
    return 2;
  }
  const std::string directory = argv[1];
  std::vector<std::string> words;
  for (const std::string_view word : trm::tasks::vocabulary()) words.emplace_back(word);
  std::vector<std::string> others = words;
  others[0] = "zero";
  const Transitions one = {{"END", "RET"}, {"RET", "1"}, {"1", "END"}};
  bool ok = save(directory, "one", words, one);
  ok = save(directory, "yes", words, {{"END", "RET"}, {"RET", "YES"}, {"YES", "END"}}) && ok;
  ok = save(directory, "echo", words, {{"END", "RET"}, {"RET", "X"}, {"X", "END"}}) && ok;
  ok = save(directory, "emit", words, {{"END", "EMIT"}, {"EMIT", "1"}, {"1", "RET"}, {"RET", "END"}}) && ok;
  ok = save(directory, "nonsense", words, {{"END", "END"}}) && ok;
  ok = save(directory, "loop", words, {{"END", "CALL"}, {"CALL", "5"}, {"5", "END"}}) && ok;
  ok = save(directory, "spawning", words, {{"END", "SPAWN"}, {"SPAWN", "5"}, {"5", "END"}}) && ok;
  ok = save(directory, "endless", words, {{"END", "RET"}, {"RET", "1"}, {"1", "1"}}) && ok;
  ok = save(directory, "not_number", words, {{"END", "RET"}, {"RET", "FACT"}, {"FACT", "END"}}) && ok;
  ok = save(directory, "words", others, one) && ok;
  ok = save_sequences(directory, words, one) && ok;
  ok = save_puzzles(directory) && ok;
  return ok ? 0 : 1;
}
