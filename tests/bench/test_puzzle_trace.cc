#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "bench/puzzles/step_through.h"
#include "simd/ref.h"
#include "tasks/ask/puzzle_trace.h"
#include "tasks/puzzles/arc/canvas.h"
#include "tasks/puzzles/build.h"
#include "tasks/puzzles/sudoku/family.h"
#include "tests/bench/puzzle_world.h"
#include "tests/support/fixed_puzzle_model.h"

namespace test_puzzle_trace {

using namespace trm;
using namespace trm::bench;
using tests::World;

TEST_CASE("puzzle trace: step by step what the stepper says of a batch") {
  World world;
  const CanvasNetwork<float> network(World::config(), world.registry, world.weights.data(), simd::reference<float>(),
                                     Purpose::inference);
  CanvasStepper<float> stepper = *CanvasStepper<float>::create(network, {}, *world.pool);
  CanvasBatch batch(5, 16);
  for (std::size_t b = 0; b < 5; ++b) world.dataset.example(b, batch.input(b), batch.label(b));
  Carry<float> carry(network, 5);
  carry.refill(network, batch);
  CanvasOutput<float> output(network.config(), 5);
  const std::vector<std::size_t> slots = {0, 1, 2, 3, 4};
  std::vector<trm::tasks::PuzzleTrace> traces;
  for (std::size_t b = 0; b < 5; ++b) traces.push_back(world.trace(trm::tasks::puzzle_question(world.dataset, b)));
  std::size_t moved = 0;
  for (std::size_t k = 0; k < 8; ++k) {
    stepper.step(carry, slots, output);
    for (std::size_t b = 0; b < 5; ++b) {
      CAPTURE(k);
      CAPTURE(b);
      REQUIRE(traces[b].steps.size() == 8);
      const trm::tasks::PuzzleStep& step = traces[b].steps[k];
      CHECK(step.q_halt == static_cast<double>(output.q.data()[2 * b]));
      CHECK(step.elapsed_ns > 0);
      for (std::size_t s = 0; s < 16; ++s) {
        const float* row = output.logits.data() + (b * 16 + s) * 6;
        CHECK(step.predictions[s] == std::max_element(row, row + 6) - row);
      }
      if (k > 0) moved += step.predictions != traces[b].steps[k - 1].predictions ? 1 : 0;
    }
  }
  // Otherwise the comparison would have seen one board only.
  CHECK(moved > 0);
}

TEST_CASE("puzzle trace: questions in company are answered as alone, in their order") {
  World world;
  std::vector<trm::tasks::PuzzleQuestion> questions;
  for (std::size_t i = 0; i < 23; ++i) questions.push_back(trm::tasks::puzzle_question(world.dataset, i % 5));
  // So that some halt at the first step and others later.
  world.set_bias(0);
  std::vector<double> q;
  for (std::size_t i = 0; i < 5; ++i) q.push_back(world.trace(questions[i]).steps[0].q_halt);
  std::sort(q.begin(), q.end());
  world.set_bias(-(q[1] + q[2]) / 2);
  const CanvasNetwork<float> network(World::config(), world.registry, world.weights.data(), simd::reference<float>(),
                                     Purpose::inference);
  for (const std::size_t threads : {1u, 2u}) {
    CAPTURE(threads);
    ThreadOptions options;
    options.threads = threads;
    const std::unique_ptr<ThreadPool> pool = *ThreadPool::create(options);
    CanvasStepper<float> stepper = *CanvasStepper<float>::create(network, {}, *pool);
    for (const bool halt : {true, false}) {
      trm::tasks::PuzzleTraceOptions how;
      how.halt = halt;
      std::size_t next = 0, fewest = 100, most = 0;
      const Status done =
          trm::tasks::trace_puzzles(network, stepper, questions, how, [&](std::size_t i, trm::tasks::PuzzleTrace got) {
            REQUIRE(i == next++);
            const trm::tasks::PuzzleTrace want = world.trace(questions[i], how);
            CHECK(got.halting_step == want.halting_step);
            REQUIRE(got.steps.size() == want.steps.size());
            for (std::size_t k = 0; k < got.steps.size(); ++k) {
              CHECK(got.steps[k].predictions == want.steps[k].predictions);
              CHECK(got.steps[k].q_halt == want.steps[k].q_halt);
            }
            fewest = std::min(fewest, got.steps.size());
            most = std::max(most, got.steps.size());
          });
      REQUIRE_MESSAGE(done.ok(), done.error().text());
      CHECK(next == questions.size());
      CHECK((fewest < most) == halt);
    }
    std::size_t told = 0;
    const auto count = [&](std::size_t, const trm::tasks::PuzzleTrace&) { ++told; };
    questions[9].input[3] = 6;
    const Status refused = trm::tasks::trace_puzzles(network, stepper, questions, {}, count);
    questions[9].input[3] = 0;
    REQUIRE_FALSE(refused.ok());
    CHECK(told == 0);
    CHECK(trm::tasks::trace_puzzles(network, stepper, {}, {}, count).ok());
    CHECK(told == 0);
  }
}

TEST_CASE("puzzle trace: the halting step is the first with q_halt > 0, or the last") {
  World world;
  const trm::tasks::PuzzleQuestion question = trm::tasks::puzzle_question(world.dataset, 2);
  std::vector<double> q;
  for (const trm::tasks::PuzzleStep& step : world.trace(question).steps) q.push_back(step.q_halt);
  const auto highest = std::max_element(q.begin(), q.end());
  REQUIRE(*highest > *std::min_element(q.begin(), q.end()));
  // Half of the way from the lowest to the highest one: some steps halt, others do not.
  for (const double part : {0.1, 0.5, 0.9}) {
    CAPTURE(part);
    const double lowest = *std::min_element(q.begin(), q.end());
    const double threshold = lowest + part * (*highest - lowest);
    world.set_bias(-threshold);
    const auto first = std::find_if(q.begin(), q.end(), [&](double v) { return v > threshold; });
    const auto expected = static_cast<std::size_t>(first - q.begin()) + 1;
    const trm::tasks::PuzzleTrace whole = world.trace(question);
    CHECK(whole.steps.size() == 8);
    CHECK(whole.halting_step == expected);
    const trm::tasks::PuzzleTrace early = world.trace(question, {0, true});
    CHECK(early.steps.size() == expected);
    CHECK(early.halting_step == expected);
    CHECK(early.answer().predictions == whole.answer().predictions);
  }
  world.set_bias(-1000);
  CHECK(world.trace(question, {0, true}).halting_step == 8);
  CHECK(world.trace(question, {3, true}).steps.size() == 3);
  CHECK(world.trace(question, {12, false}).steps.size() == 12);
  world.set_bias(1000);
  CHECK(world.trace(question, {0, true}).steps.size() == 1);
}

TEST_CASE("puzzle trace: each step is seen as it comes") {
  World world;
  const CanvasNetwork<float> network(World::config(), world.registry, world.weights.data(), simd::reference<float>(),
                                     Purpose::inference);
  CanvasStepper<float> stepper = *CanvasStepper<float>::create(network, {}, *world.pool);
  std::vector<std::size_t> seen;
  std::vector<double> q;
  const auto trace = trm::tasks::trace_puzzle(network, stepper, trm::tasks::puzzle_question(world.dataset, 0),
                                              {4, false}, [&](std::size_t k, const trm::tasks::PuzzleStep& step) {
                                                seen.push_back(k);
                                                q.push_back(step.q_halt);
                                              });
  REQUIRE(trace.ok());
  CHECK(seen == std::vector<std::size_t>{1, 2, 3, 4});
  for (std::size_t k = 0; k < 4; ++k) CHECK(trace->steps[k].q_halt == q[k]);
}

TEST_CASE("puzzle trace: right by the label, right by the rules, and the board for reports") {
  World world;
  trm::tasks::PuzzleQuestion question = trm::tasks::puzzle_question(world.dataset, 1);
  const auto input = std::span(world.dataset.inputs).subspan(16, 16);
  const auto label = std::span(world.dataset.labels).subspan(16, 16);
  tests::FixedPuzzleModel model;
  model.answer.assign(label.begin(), label.end());
  model.vocab_size = 6;
  model.q_halt = 1;
  for (const bool right : {true, false}) {
    CAPTURE(right);
    if (!right) std::swap(model.answer[0], model.answer[1]);
    const CanvasConfig config = tests::config_of(model);
    const Registry registry(config);
    const std::vector<float> weights = tests::weights_of(model, registry);
    const CanvasNetwork<float> network(config, registry, weights.data(), simd::reference<float>(), Purpose::inference);
    CanvasStepper<float> stepper = *CanvasStepper<float>::create(network, {}, *world.pool);
    const auto trace = trm::tasks::trace_puzzle(network, stepper, question);
    REQUIRE(trace.ok());
    CHECK(trace->halting_step == 1);
    CHECK(trace->answer().predictions == model.answer);
    CHECK(trace->answer().correct == right);
    const reports::StepThrough board = step_through(*world.family, input, label, *trace);
    CHECK(board.task == "sudoku 4x4");
    CHECK(board.question == world.family->glyphs(input));
    CHECK(board.expected == world.family->glyphs(label));
    CHECK((board.rows == 4 && board.columns == 4 && board.box_rows == 2 && board.box_columns == 2));
    REQUIRE(board.steps.size() == 4);
    CHECK((board.steps[3].cells == board.expected) == right);
    CHECK(board.steps[3].q_halt == 1);
    CHECK(board.halting_step == 1);
    CHECK((board.correct == right && board.correct_at_end == right));
    reports::RunResults run;
    run.step_throughs = {board};
    run.step_throughs[0].model = "m";
    CHECK(reports::validate(run).ok());
  }
  question.label.clear();
  CHECK_FALSE(world.trace(question).steps[0].correct);
}

TEST_CASE("puzzle trace: the board of ARC is cut to what is used") {
  namespace arc = tasks::arc;
  arc::Grid question(1, 3), answer(2, 2);
  question.cells = {7, 8, 9};
  answer.cells = {1, 2, 3, 4};
  const arc::Canvas input = arc::draw(question), label = arc::draw(answer);
  trm::tasks::PuzzleTrace trace;
  for (const arc::Canvas& canvas : {label, input})
    trace.steps.push_back({{canvas.begin(), canvas.end()}, trace.steps.empty() ? 1.0 : 2.0, false, 1});
  trace.halting_step = 1;
  const reports::StepThrough board = arc_step_through(input, label, trace);
  CHECK((board.rows == 3 && board.columns == 4 && !board.keeps_givens));
  CHECK(board.question == "789++++     ");
  CHECK(board.expected == "12+ 34+ ++  ");
  CHECK(board.steps[0].cells == board.expected);
  CHECK(board.steps[1].cells == board.question);
  CHECK((board.correct && !board.correct_at_end));
  const reports::StepThrough unknown = arc_step_through(input, {}, trace);
  CHECK((unknown.expected.empty() && !unknown.correct));
}

TEST_CASE("puzzle trace: what the model cannot take") {
  World world;
  const trm::tasks::PuzzleQuestion good = trm::tasks::puzzle_question(world.dataset, 0);
  trm::tasks::PuzzleQuestion bad = good;
  bad.input.push_back(1);
  CHECK(world.error(bad) == "puzzle: has 17 cells, the model 16; fix: use a model of such puzzles");
  bad = good;
  bad.input[3] = 6;
  CHECK(world.error(bad) == "puzzle: token 6 of cell 3 is not below 6; fix: use a model of such puzzles");
  bad.input[3] = -1;
  CHECK(world.error(bad).find("token -1 of cell 3") != std::string::npos);
  bad = good;
  bad.label.pop_back();
  CHECK(world.error(bad) == "label: has another size than the puzzle; fix: give all cells or none");
  for (const std::int32_t identifier : {-1, 1}) {
    bad = good;
    bad.identifier = identifier;
    CHECK(world.error(bad).find("is no row of the model's puzzle table, which has 1; fix: use one from 0 to 0") !=
          std::string::npos);
  }
  world.set_bias(std::numeric_limits<double>::infinity());
  CHECK(world.error(good).find("step 1: the model's output is not finite") != std::string::npos);
}

}  // namespace test_puzzle_trace
