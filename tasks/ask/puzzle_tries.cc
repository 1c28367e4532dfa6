#include "tasks/ask/puzzle_tries.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "engine/base/clock.h"
#include "engine/infer/canvas_eval.h"
#include "tasks/base/split.h"

namespace trm::tasks {
namespace {

constexpr std::array<std::string_view, kTryChoices> kNames = {"q_halt", "agreement", "residual", "rules"};

/// Of a question: the same wherever it stands among others.
std::uint64_t number_of(const PuzzleQuestion& question) {
  std::string text;
  text.reserve(question.input.size());
  for (const std::int32_t token : question.input) text += static_cast<char>(token);
  return form_hash(text) + static_cast<std::uint64_t>(question.identifier);
}

std::vector<std::uint8_t> narrowed(std::span<const std::int32_t> tokens) {
  std::vector<std::uint8_t> out(tokens.size());
  std::ranges::transform(tokens, out.begin(), [](std::int32_t token) { return static_cast<std::uint8_t>(token); });
  return out;
}

/// A try that has begun.
struct Attempt {
  PuzzleTry made;
  std::optional<PuzzleView> view;  ///< none: the puzzle as it is
  std::vector<float> before;       ///< logits of the step before
  std::optional<Error> error;
  bool done = false;
};

/// A question on its way.
struct Asked {
  std::vector<PuzzleView> views;
  std::vector<Attempt> attempts;
  std::size_t limit = 0;  ///< of tries
  std::int64_t began_ns = 0;
  bool closed = false;  ///< its answer is chosen
  std::optional<Error> error;
  PuzzleTries out;
};

double norm(std::span<const float> values) {
  double sum = 0;
  for (const float v : values) sum += static_cast<double>(v) * static_cast<double>(v);
  return std::sqrt(sum);
}

/// The change from `before` as a share of what is there now; without anything before 1.
double change(std::span<const float> before, std::span<const float> now) {
  const double all = norm(now);
  if (before.empty() || all == 0) return before.empty() ? 1 : 0;
  double sum = 0;
  for (std::size_t i = 0; i < now.size(); ++i) {
    const double difference = static_cast<double>(now[i]) - static_cast<double>(before[i]);
    sum += difference * difference;
  }
  return std::sqrt(sum) / all;
}

class TrySession {
 public:
  TrySession(const CanvasNetwork<float>& network, const PuzzleFamily* family, std::span<const PuzzleQuestion> questions,
             const TryOptions& options, std::size_t slots, const OnTries& on_tries)
      : family_(family),
        questions_(questions),
        options_(options),
        max_steps_(options.steps.max_steps != 0 ? options.steps.max_steps : network.config().halt_max_steps),
        slots_(slots),
        on_tries_(on_tries),
        asked_(questions.size()) {}

  Status run(const CanvasNetwork<float>& network, CanvasStepper<float>& stepper) {
    watch_samples(
        network, stepper, slots_, max_steps_, [this](CanvasBatch& batch, std::size_t b) { return begin(batch, b); },
        [this](const CanvasVerdict& verdict) { return take(verdict); },
        [this](Carry<float>& carry, std::size_t b, std::size_t row) { disturb(carry, b, row); });
    return failed_ ? Status(*std::move(failed_)) : Status();
  }

 private:
  struct Place {
    std::size_t question, attempt;
  };

  void open(std::size_t question) {
    Asked& asked = asked_[question];
    if (asked.limit != 0) return;
    asked.limit = options_.tries;
    if (family_ != nullptr && options_.vary.views && options_.tries > 1) {
      Rng rng(options_.seed, stream_of("puzzle tries"), number_of(questions_[question]));
      asked.views = family_->views(options_.tries, rng);
    }
    const std::size_t different = std::max<std::size_t>(asked.views.size(), 1);
    if (options_.vary.noise == 0) asked.limit = std::min(asked.limit, different);
    asked.attempts.reserve(asked.limit);
    asked.began_ns = now_ns();
  }

  [[nodiscard]] bool can_begin(std::size_t question) const {
    const Asked& asked = asked_[question];
    return !asked.closed && (asked.limit == 0 || asked.attempts.size() < asked.limit);
  }

  /// The next try: of the questions in work, that with the fewest. So many are in work as there are places, so that a
  /// second try begins only where a first one could not.
  bool begin(CanvasBatch& batch, std::size_t b) {
    if (failed_) return false;
    while (first_ < asked_.size() && !can_begin(first_)) ++first_;
    std::size_t best = asked_.size(), in_work = 0;
    for (std::size_t q = first_; q < asked_.size() && in_work < slots_; ++q) {
      if (!can_begin(q)) continue;
      ++in_work;
      if (best == asked_.size() || asked_[q].attempts.size() < asked_[best].attempts.size()) best = q;
    }
    if (best == asked_.size()) return false;
    open(best);
    Asked& asked = asked_[best];
    const PuzzleQuestion& question = questions_[best];
    Attempt& attempt = asked.attempts.emplace_back();
    const std::size_t number = asked.attempts.size() - 1;
    if (asked.views.empty()) {
      std::ranges::copy(question.input, batch.input(b).begin());
    } else {
      attempt.view = asked.views[number % asked.views.size()];
      std::ranges::copy(attempt.view->show(narrowed(question.input)), batch.input(b).begin());
    }
    std::ranges::fill(batch.label(b), kIgnoredLabel);
    batch.identifiers[b] = question.identifier;
    places_.push_back({best, number});
    return true;
  }

  void disturb(Carry<float>& carry, std::size_t b, std::size_t row) const {
    const auto [question, attempt] = places_[row];
    if (options_.vary.noise == 0 || attempt == 0) return;
    // 2^20 tries of a question have streams of their own.
    carry.disturb(b, options_.vary.noise, options_.seed, (number_of(questions_[question]) << 20) + attempt);
  }

  /// What the model says of a try. Was that its last step?
  bool take(const CanvasVerdict& v) {
    const auto [question, number] = places_[v.row];
    Asked& asked = asked_[question];
    if (failed_ || asked.closed) return true;
    Attempt& attempt = asked.attempts[number];
    if (v.finite) {
      attempt.done = add_step(v, question, attempt) || v.step + 1 == max_steps_;
    } else {
      attempt.error = Error{ErrorCode::bad_input, "", "step " + std::to_string(v.step + 1),
                            "the model's output is not finite", "train it again with a smaller rate"};
      attempt.done = true;
    }
    const bool done = attempt.done;
    const std::int64_t time = options_.steps.max_elapsed_ns;
    if (time > 0 && now_ns() - asked.began_ns >= time) {
      cut_short(question);
    } else if (done) {
      end_in_order(question);
    }
    if (asked.closed) tell();
    return done || asked.closed;
  }

  /// Is that its last step because the model halts?
  bool add_step(const CanvasVerdict& v, std::size_t question, Attempt& attempt) const {
    PuzzleTry& made = attempt.made;
    PuzzleStep& step = made.answer;
    step.predictions = narrowed(v.predictions);
    if (attempt.view) step.predictions = attempt.view->undo(step.predictions);
    step.q_halt = static_cast<double>(v.q_halt);
    step.elapsed_ns = v.elapsed_ns;
    step.correct = matches_label(step.predictions, questions_[question]);
    made.steps = v.step + 1;
    made.residual = change(attempt.before, v.logits);
    if (options_.keep_steps) {
      if (made.trace.halting_step == 0 && step.q_halt > 0) made.trace.halting_step = made.steps;
      made.trace.steps.push_back(step);
    }
    if (step.q_halt > 0 && options_.steps.halt) return true;
    attempt.before.assign(v.logits.begin(), v.logits.end());
    return false;
  }

  void judge(const PuzzleQuestion& question, PuzzleTry& made) const {
    PuzzleTrace& trace = made.trace;
    if (trace.halting_step == 0) trace.halting_step = trace.steps.size();
    made.right = !question.label.empty()
                     ? made.answer.correct
                     : family_ != nullptr && family_->verify(narrowed(question.input), made.answer.predictions);
  }

  [[nodiscard]] bool is_enough(const PuzzleTry& made) const {
    if (!options_.stop_at) return false;
    return options_.choice == TryChoice::rules ? made.right : made.answer.q_halt > *options_.stop_at;
  }

  /// Counts tries in their order, whichever ends first: so a fast later one cannot win by its speed.
  void end_in_order(std::size_t question) {
    Asked& asked = asked_[question];
    while (!asked.closed && asked.out.tries.size() < asked.attempts.size() &&
           asked.attempts[asked.out.tries.size()].done) {
      Attempt& attempt = asked.attempts[asked.out.tries.size()];
      if (attempt.error) {
        asked.error = std::move(attempt.error);
        asked.closed = true;
        return;
      }
      judge(questions_[question], attempt.made);
      const bool enough = is_enough(attempt.made);
      asked.out.tries.push_back(std::move(attempt.made));
      if (enough || asked.out.tries.size() == asked.limit) close(asked);
    }
  }

  /// Whatever was reached until now counts.
  void cut_short(std::size_t question) {
    Asked& asked = asked_[question];
    end_in_order(question);
    if (asked.closed) return;
    asked.out.out_of_time = true;
    for (std::size_t i = asked.out.tries.size(); i < asked.attempts.size(); ++i) {
      Attempt& attempt = asked.attempts[i];
      if (attempt.error || attempt.made.steps == 0) continue;
      judge(questions_[question], attempt.made);
      attempt.made.trace.out_of_time = !attempt.done;
      asked.out.tries.push_back(std::move(attempt.made));
    }
    close(asked);
  }

  void close(Asked& asked) const {
    std::vector<TryOutcome> outcomes;
    outcomes.reserve(asked.out.tries.size());
    for (const PuzzleTry& made : asked.out.tries) outcomes.push_back(outcome_of(made));
    asked.out.chosen = choose_try(outcomes, options_.choice);
    asked.closed = true;
    asked.attempts.clear();
    asked.views.clear();
  }

  void tell() {
    for (; told_ < asked_.size() && asked_[told_].closed && !failed_; ++told_) {
      Asked& asked = asked_[told_];
      failed_ = std::move(asked.error);
      if (!failed_) on_tries_(told_, std::move(asked.out));
    }
  }

  const PuzzleFamily* family_;
  std::span<const PuzzleQuestion> questions_;
  const TryOptions& options_;
  std::size_t max_steps_, slots_;
  const OnTries& on_tries_;
  std::vector<Asked> asked_;
  std::vector<Place> places_;    ///< of the samples, in the order in which they came
  std::size_t first_ = 0;        ///< question that may need another try
  std::size_t told_ = 0;         ///< questions whose answers were told
  std::optional<Error> failed_;  ///< of the question whose turn it is: nobody will hear of the others
};

/// Of the most frequent board, the first with the highest q_halt.
std::size_t most_frequent(std::span<const TryOutcome> tries) {
  std::map<std::uint64_t, std::size_t> count;
  for (const TryOutcome& made : tries) ++count[made.board];
  std::size_t best = 0;
  for (std::size_t i = 1; i < tries.size(); ++i) {
    const std::pair key(count[tries[i].board], tries[i].q_halt), least(count[tries[best].board], tries[best].q_halt);
    if (key > least) best = i;
  }
  return best;
}

}  // namespace

std::string_view try_choice_name(TryChoice choice) {
  return kNames[static_cast<std::size_t>(choice)];
}

std::optional<TryChoice> try_choice_of(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<TryChoice>(found - kNames.begin());
}

std::size_t choose_try(std::span<const TryOutcome> tries, TryChoice choice) {
  const auto first = [&](const auto& better) {
    return static_cast<std::size_t>(std::min_element(tries.begin(), tries.end(), better) - tries.begin());
  };
  switch (choice) {
    case TryChoice::agreement:
      return most_frequent(tries);
    case TryChoice::residual:
      return first([](const TryOutcome& a, const TryOutcome& b) { return a.residual < b.residual; });
    case TryChoice::rules:
      if (const auto right = std::ranges::find_if(tries, &TryOutcome::right); right != tries.end())
        return static_cast<std::size_t>(right - tries.begin());
      break;
    case TryChoice::q_halt:
      break;
  }
  return first([](const TryOutcome& a, const TryOutcome& b) { return a.q_halt > b.q_halt; });
}

TryOutcome outcome_of(const PuzzleTry& made) {
  const std::vector<std::uint8_t>& board = made.answer.predictions;
  return {made.answer.q_halt, made.residual, form_hash(std::string(board.begin(), board.end())), made.right};
}

std::size_t most_tries(const PuzzleFamily* family, const TryVariation& vary) {
  if (vary.noise > 0) return std::numeric_limits<std::size_t>::max();
  return family == nullptr || !vary.views ? 1 : family->max_copies() + 1;
}

Status try_puzzles(const CanvasNetwork<float>& network, CanvasStepper<float>& stepper, const PuzzleFamily* family,
                   std::span<const PuzzleQuestion> questions, const TryOptions& options, const OnTries& on_tries) {
  if (options.tries == 0) return Error{ErrorCode::usage, "", "tries", "is 0", "ask for one at least"};
  for (const PuzzleQuestion& question : questions) {
    if (Status s = check_question(network.config(), question); !s.ok()) return s.error();
  }
  // A question has no more tries than it asks for: more places than that would stay empty.
  const std::size_t most = std::min(options.tries, most_tries(family, options.vary));
  const std::size_t slots = std::min(stepper.full_batch(), questions.size() * most);
  return TrySession(network, family, questions, options, slots, on_tries).run(network, stepper);
}

}  // namespace trm::tasks
