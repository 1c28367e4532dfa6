// 4x4 Sudokus and a model that has learnt nothing, for tests of what is done with its answers.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>

#include "simd/ref.h"
#include "tasks/ask/puzzle_trace.h"
#include "tasks/puzzles/build.h"
#include "tasks/puzzles/sudoku/family.h"
#include "tests/support/fixed_puzzle_model.h"

namespace trm::tests {

/// 4x4 Sudokus and a small network with random weights, whose halting value moves from step to step.
struct World {
  World() : registry(config()), weights(registry.flat_size) {
    tasks::sudoku::Request request;
    request.layout = *tasks::sudoku::layout_of(4);
    family = tasks::sudoku::make_family(request);
    dataset = tasks::dataset_of(*family, *tasks::generate_puzzles(*family, "test", 5, 1), 0, 1);
    initialise(registry, 7, weights.span());
    float* q = weights.data() + registry.tensors[registry.q_head_weight].offset;
    for (std::size_t i = 0; i < 16; ++i) q[i] = i % 2 == 0 ? 0.5F : -0.25F;
    ThreadOptions one;
    one.threads = 1;
    pool = *ThreadPool::create(one);
  }
  static CanvasConfig config() {
    FixedPuzzleModel shape;
    shape.answer.resize(16);
    shape.vocab_size = 6;
    CanvasConfig out = config_of(shape);
    out.halt_max_steps = 8;
    out.L_cycles = 2;
    return out;
  }
  void set_bias(double bias) {
    weights.data()[registry.tensors[registry.q_head_bias].offset] = static_cast<float>(bias);
  }
  tasks::PuzzleTrace trace(const tasks::PuzzleQuestion& question, const tasks::PuzzleTraceOptions& options = {}) {
    const CanvasNetwork<float> network(config(), registry, weights.data(), simd::reference<float>(),
                                       Purpose::inference);
    CanvasStepper<float> stepper = *CanvasStepper<float>::create(network, {}, *pool);
    Result<tasks::PuzzleTrace> out = tasks::trace_puzzle(network, stepper, question, options);
    REQUIRE_MESSAGE(out.ok(), out.error().text());
    return *std::move(out);
  }
  std::string error(const tasks::PuzzleQuestion& question) {
    const CanvasNetwork<float> network(config(), registry, weights.data(), simd::reference<float>(),
                                       Purpose::inference);
    CanvasStepper<float> stepper = *CanvasStepper<float>::create(network, {}, *pool);
    const Result<tasks::PuzzleTrace> out = tasks::trace_puzzle(network, stepper, question);
    REQUIRE_FALSE(out.ok());
    return out.error().text();
  }

  Registry registry;
  Buffer<float> weights;
  std::unique_ptr<tasks::PuzzleFamily> family;
  tasks::PuzzleDataset dataset;
  std::unique_ptr<ThreadPool> pool;
};

}  // namespace trm::tests
