// Several tries at one puzzle, and the answer that is taken. Each try sees the puzzle in another view of its family, or
// begins with other initial states: what a model misses in one view it often finds in the next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tasks/ask/puzzle_trace.h"
#include "tasks/puzzles/family.h"

namespace trm::tasks {

/// How the answer is chosen among those of the tries. Only `rules` knows what is right: it is no result of the model,
/// but the most that any choice could reach.
enum class TryChoice : unsigned char {
  q_halt,     ///< the highest q_halt
  agreement,  ///< the answer that most tries give; of equally frequent ones that with the highest q_halt
  residual,   ///< the least change between the last two steps; for tries of equally many steps (all of them)
  rules,      ///< the first that the rules of the puzzle confirm, else as q_halt
};
inline constexpr std::size_t kTryChoices = 4;
/// "q_halt", "agreement", "residual", "rules".
std::string_view try_choice_name(TryChoice choice);
std::optional<TryChoice> try_choice_of(std::string_view name);

/// What differs from try to try.
struct TryVariation {
  bool views = true;  ///< each try has a view of its own; the first sees the puzzle as it is
  double noise = 0;   ///< the initial states of all tries but the first are disturbed so strongly (Carry::disturb)
};

struct TryOptions {
  std::size_t tries = 1;
  TryVariation vary;
  TryChoice choice = TryChoice::q_halt;
  /// No more tries after the first whose q_halt is above this (with `rules`: that is right).
  std::optional<double> stop_at;
  std::uint64_t seed = 0;
  bool keep_steps = false;  ///< fill PuzzleTry::trace
  PuzzleTraceOptions steps;
};

/// One try. Boards are those of the puzzle as it is, whatever the view.
struct PuzzleTry {
  PuzzleStep answer;      ///< of the last step that was taken
  std::size_t steps = 0;  ///< that were taken
  double residual = 0;    ///< norm of what the last step changed in all logits, as a share of their norm; of step 1: 1
  bool right = false;     ///< as the label says, or where there is none the rules; false where nobody knows
  PuzzleTrace trace;      ///< all steps, if they are kept
  [[nodiscard]] bool halted() const { return answer.q_halt > 0; }
};

/// The tries that count: in their order, up to the one that was enough.
struct PuzzleTries {
  std::vector<PuzzleTry> tries;
  std::size_t chosen = 0;
  bool out_of_time = false;  ///< steps or tries were left when max_elapsed_ns was reached
  [[nodiscard]] const PuzzleTry& best() const { return tries[chosen]; }
};

/// What a choice looks at.
struct TryOutcome {
  double q_halt = 0, residual = 0;
  std::uint64_t board = 0;  ///< equal boards have equal numbers
  bool right = false;
};
/// The place of the chosen one; of equals the first. At least one outcome.
std::size_t choose_try(std::span<const TryOutcome> tries, TryChoice choice);
TryOutcome outcome_of(const PuzzleTry& made);

/// How many different tries there are at most: one without anything that varies, one for each view, any number with
/// noise. family null: no views are known.
std::size_t most_tries(const PuzzleFamily* family, const TryVariation& vary);

/// Hears of a question, which `question` numbers from 0.
using OnTries = std::function<void(std::size_t question, PuzzleTries tries)>;

/// Tries at many questions, as trace_puzzles(). A try that halts, and one that is not needed any more, leaves its place
/// to the next: the questions in work get their first tries before any gets its second. What a question's tries are
/// depends on the seed and the question alone, and the answers on nothing else: so they are the same for any number of
/// threads and in any company. steps.max_elapsed_ns is the time of all tries of a question; tries that it cuts short
/// count, and those that did not begin do not. family null: no views, and nothing is known to be right. Error: as
/// trace_puzzles(); no try.
Status try_puzzles(const CanvasNetwork<float>& network, CanvasStepper<float>& stepper, const PuzzleFamily* family,
                   std::span<const PuzzleQuestion> questions, const TryOptions& options, const OnTries& on_tries);

}  // namespace trm::tasks
