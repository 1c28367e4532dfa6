#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <vector>

#include "tasks/ask/puzzle_tries.h"
#include "tests/bench/puzzle_world.h"

namespace test_puzzle_tries {

using namespace trm;
using tasks::PuzzleTries;
using tasks::TryChoice;
using tasks::TryOptions;
using tasks::TryOutcome;
using tests::World;

namespace {

constexpr std::size_t kQuestions = 7;

/// A bias at which some first tries halt within two steps and others do not.
void make_some_halt(World& world) {
  world.set_bias(0);
  std::vector<double> q;
  for (std::size_t i = 0; i < 5; ++i) {
    const tasks::PuzzleTrace trace = world.trace(tasks::puzzle_question(world.dataset, i));
    q.push_back(std::max(trace.steps[0].q_halt, trace.steps[1].q_halt));
  }
  std::sort(q.begin(), q.end());
  world.set_bias(-(q[2] + q[3]) / 2);
}

std::vector<tasks::PuzzleQuestion> questions_of(const World& world, bool with_labels) {
  std::vector<tasks::PuzzleQuestion> out;
  for (std::size_t i = 0; i < kQuestions; ++i) {
    out.push_back(tasks::puzzle_question(world.dataset, i % 5));
    if (!with_labels) out.back().label.clear();
  }
  return out;
}

std::vector<PuzzleTries> ask(const World& world, std::span<const tasks::PuzzleQuestion> questions,
                             const TryOptions& options, std::size_t threads, bool family = true) {
  ThreadOptions how;
  how.threads = threads;
  const std::unique_ptr<ThreadPool> pool = *ThreadPool::create(how);
  const CanvasNetwork<float> network(World::config(), world.registry, world.weights.data(), simd::reference<float>(),
                                     Purpose::inference);
  CanvasStepper<float> stepper = *CanvasStepper<float>::create(network, {}, *pool);
  std::vector<PuzzleTries> out;
  const Status s = tasks::try_puzzles(network, stepper, family ? world.family.get() : nullptr, questions, options,
                                      [&](std::size_t question, PuzzleTries tries) {
                                        CHECK(question == out.size());
                                        out.push_back(std::move(tries));
                                      });
  REQUIRE_MESSAGE(s.ok(), s.error().text());
  CHECK(out.size() == questions.size());
  return out;
}

void check_equal(const PuzzleTries& a, const PuzzleTries& b) {
  CHECK(a.chosen == b.chosen);
  REQUIRE(a.tries.size() == b.tries.size());
  for (std::size_t i = 0; i < a.tries.size(); ++i) {
    CAPTURE(i);
    CHECK(a.tries[i].answer.predictions == b.tries[i].answer.predictions);
    CHECK(a.tries[i].answer.q_halt == b.tries[i].answer.q_halt);
    CHECK(a.tries[i].residual == b.tries[i].residual);
    CHECK(a.tries[i].steps == b.tries[i].steps);
    CHECK(a.tries[i].right == b.tries[i].right);
  }
}

}  // namespace

TEST_CASE("puzzle tries: the same for any number of threads, alone and in company, few and many") {
  World world;
  make_some_halt(world);
  const std::vector<tasks::PuzzleQuestion> questions = questions_of(world, false);
  TryOptions options;
  options.tries = 6;
  options.steps.halt = true;
  options.steps.max_steps = 2;  // so that some do not halt
  options.vary.noise = 0.5;
  options.seed = 9;
  for (const std::optional<double> stop_at : {std::optional<double>(), std::optional(0.0)}) {
    options.stop_at = stop_at;
    const std::vector<PuzzleTries> one = ask(world, questions, options, 1), three = ask(world, questions, options, 3);
    bool stopped = false, varied = false;
    for (std::size_t i = 0; i < kQuestions; ++i) {
      CAPTURE(i);
      check_equal(one[i], three[i]);
      check_equal(one[i], ask(world, std::span(questions).subspan(i, 1), options, 2).front());
      if (i >= 5) check_equal(one[i], one[i - 5]);
      // The first try sees the puzzle as it is.
      tasks::PuzzleTraceOptions halting;
      halting.halt = true;
      halting.max_steps = 2;
      const tasks::PuzzleTrace plain = world.trace(questions[i], halting);
      CHECK(plain.answer().predictions == one[i].tries[0].answer.predictions);
      CHECK(plain.steps.size() == one[i].tries[0].steps);
      for (std::size_t k = 0; k + 1 < one[i].tries.size(); ++k) {
        if (stop_at) CHECK_FALSE(one[i].tries[k].answer.q_halt > *stop_at);
        varied = varied || one[i].tries[k].answer.q_halt != one[i].tries[k + 1].answer.q_halt;
      }
      stopped = stopped || one[i].tries.size() < options.tries;
    }
    CHECK(stopped == stop_at.has_value());
    // Where the first try is enough, there is nothing to compare it with.
    CHECK((varied || stop_at));
  }
  // The first of many are the few.
  options.stop_at.reset();
  const std::vector<PuzzleTries> many = ask(world, questions, options, 1);
  options.tries = 2;
  const std::vector<PuzzleTries> few = ask(world, questions, options, 1);
  for (std::size_t i = 0; i < kQuestions; ++i) {
    CHECK(many[i].tries[1].answer.predictions == few[i].tries[1].answer.predictions);
    CHECK(many[i].tries[1].answer.q_halt == few[i].tries[1].answer.q_halt);
  }
  // Another seed sees other views.
  options.seed = 10;
  const std::vector<PuzzleTries> other = ask(world, questions, options, 1);
  CHECK(other[0].tries[0].answer.q_halt == few[0].tries[0].answer.q_halt);
  CHECK(other[0].tries[1].answer.q_halt != few[0].tries[1].answer.q_halt);
}

TEST_CASE("puzzle tries: an answer is that of the puzzle as it is") {
  // A network of zeros, whose answer is the same in every view: so tries in other views undo it.
  World world;
  std::fill(world.weights.data(), world.weights.data() + world.registry.flat_size, 0.0F);
  world.set_bias(-1);
  tests::FixedPuzzleModel fixed;
  fixed.vocab_size = 6;
  for (std::size_t i = 0; i < 16; ++i) fixed.answer.push_back(static_cast<std::uint8_t>(2 + i % 4));
  const std::vector<float> weights = tests::weights_of(fixed, world.registry);
  std::copy(weights.begin(), weights.end(), world.weights.data());
  TryOptions options;
  options.tries = 5;
  options.keep_steps = true;
  const std::vector<tasks::PuzzleQuestion> questions = questions_of(world, true);
  const PuzzleTries tries = ask(world, std::span(questions).first(1), options, 1).front();
  std::vector<std::uint8_t> input(16);
  std::copy(questions[0].input.begin(), questions[0].input.end(), input.begin());
  std::size_t different = 0;
  REQUIRE(tries.tries.size() == 5);
  CHECK(tries.tries[0].answer.predictions == fixed.answer);
  for (const tasks::PuzzleTry& made : tries.tries) {
    CHECK(made.trace.steps.size() == World::config().halt_max_steps);
    CHECK(made.trace.steps.back().predictions == made.answer.predictions);
    CHECK_FALSE(made.right);
    different += made.answer.predictions != fixed.answer ? 1 : 0;
  }
  CHECK(different > 0);
  // Without views and noise there is nothing to vary.
  options.vary.views = false;
  CHECK(ask(world, questions, options, 1)[0].tries.size() == 1);
  options.vary.noise = 1;
  CHECK(ask(world, questions, options, 1, false)[0].tries.size() == 5);
}

TEST_CASE("puzzle tries: what each choice takes") {
  // A right one of which the model is not sure, a wrong one that comes twice, and a wrong one that is sure.
  const std::vector<TryOutcome> tries = {
      {0.5, 0.3, 11, false}, {-2.0, 0.4, 22, true}, {3.0, 0.2, 33, false}, {0.7, 0.1, 11, false}};
  CHECK(tasks::choose_try(tries, TryChoice::q_halt) == 2);
  CHECK(tasks::choose_try(tries, TryChoice::agreement) == 3);
  CHECK(tasks::choose_try(tries, TryChoice::residual) == 3);
  CHECK(tasks::choose_try(tries, TryChoice::rules) == 1);
  // Where nothing is right, the rules cannot help; of equals the first.
  const std::vector<TryOutcome> wrong = {{1.0, 0.2, 1, false}, {1.0, 0.2, 2, false}};
  for (std::size_t c = 0; c < tasks::kTryChoices; ++c) {
    CHECK(tasks::choose_try(wrong, static_cast<TryChoice>(c)) == 0);
    CHECK(tasks::try_choice_of(tasks::try_choice_name(static_cast<TryChoice>(c))) == static_cast<TryChoice>(c));
  }
  CHECK_FALSE(tasks::try_choice_of("best").has_value());
}

TEST_CASE("puzzle tries: time that runs out, questions that do not fit, and an output that is no number") {
  World world;
  TryOptions options;
  options.tries = 50;
  options.steps.max_elapsed_ns = 1;
  const std::vector<tasks::PuzzleQuestion> questions = questions_of(world, false);
  const PuzzleTries tries = ask(world, std::span(questions).first(1), options, 1).front();
  CHECK(tries.out_of_time);
  CHECK(tries.tries.size() == 1);
  CHECK(tries.best().steps == 1);

  const CanvasNetwork<float> network(World::config(), world.registry, world.weights.data(), simd::reference<float>(),
                                     Purpose::inference);
  CanvasStepper<float> stepper = *CanvasStepper<float>::create(network, {}, *world.pool);
  const auto error = [&](const std::vector<tasks::PuzzleQuestion>& asked) {
    options.steps.max_elapsed_ns = 0;
    const Status s = tasks::try_puzzles(network, stepper, world.family.get(), asked, options, [](auto, auto) {});
    REQUIRE_FALSE(s.ok());
    return s.error().text();
  };
  std::vector<tasks::PuzzleQuestion> bad = questions;
  bad[3].input[2] = 6;
  CHECK(error(bad).find("token 6 of cell 2 is not below 6") != std::string::npos);
  world.set_bias(std::numeric_limits<double>::quiet_NaN());
  CHECK(error(questions).find("the model's output is not finite") != std::string::npos);
  options.tries = 0;
  CHECK(error(questions).find("tries") != std::string::npos);
}

}  // namespace test_puzzle_tries
