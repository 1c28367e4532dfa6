// Several threads on one puzzle: the bits of one thread, whatever the crew, in every type of weights.
#include <doctest/doctest.h>

#include <cstring>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "engine/infer/canvas_stepper.h"
#include "engine/sys/crew.h"
#include "simd/cpu.h"
#include "tests/engine/canvas_models.h"
#include "tests/support/kernels.h"
#include "tests/support/sweep.h"

namespace test_crew {

using namespace trm;

namespace {

std::unique_ptr<ThreadPool> pool_of(std::size_t threads) {
  ThreadOptions options;
  options.threads = threads;
  options.pin = Pinning::off;
  auto pool = ThreadPool::create(options);
  REQUIRE(pool.ok());
  return std::move(*pool);
}

/// Everything that two steps of the first `slots` of three puzzles leave behind.
std::vector<float> think(const CanvasNetwork<float>& net, const PuzzleTable<float>& table, std::size_t threads,
                         std::size_t slots) {
  const auto pool = pool_of(threads);
  auto stepper = CanvasStepper<float>::create(net, table, *pool);
  REQUIRE(stepper.ok());
  const CanvasConfig& c = net.config();
  CanvasBatch batch(3, c.seq_len);
  for (std::size_t i = 0; i < batch.inputs.size(); ++i) {
    batch.inputs[i] = static_cast<std::int32_t>(i * (i + 5) % c.vocab_size);
  }
  Carry<float> carry(net, 3);
  carry.refill(net, batch);
  CanvasOutput<float> output(c, 3);
  std::vector<std::size_t> asked(slots);
  std::iota(asked.begin(), asked.end(), std::size_t{3} - slots);
  for (int step = 0; step < 2; ++step) stepper->step(carry, asked, output);
  std::vector<float> out;
  const std::size_t canvas = c.seq_len * c.vocab_size;
  for (const std::size_t b : asked) {
    for (const auto& state : carry.states) {
      out.insert(out.end(), state.data() + b * carry.stride(), state.data() + (b + 1) * carry.stride());
    }
    out.insert(out.end(), output.logits.data() + b * canvas, output.logits.data() + (b + 1) * canvas);
    out.insert(out.end(), output.q.data() + 2 * b, output.q.data() + 2 * b + 2);
  }
  return out;
}

}  // namespace

TEST_CASE("crew: shares are next to each other and cover everything") {
  for (const std::size_t size : {1, 2, 3, 7}) {
    for (const std::size_t n : {0, 1, 2, 6, 97}) {
      std::size_t at = 0;
      for (std::size_t rank = 0; rank < size; ++rank) {
        const CrewMember::Share share = CrewMember{rank, size, nullptr}.share(n);
        CHECK(share.begin == at);
        CHECK(share.count() <= (n + size - 1) / size);
        at = share.end;
      }
      CHECK(at == n);
    }
  }
}

TEST_CASE("crew: nobody leaves a barrier before all are there, meeting after meeting") {
  for (const std::size_t size : {2, 5}) {
    const auto pool = pool_of(size);
    Barrier barrier(size);
    std::vector<std::uint32_t> rounds(size * 16);  // plain memory: a barrier orders it
    std::atomic<std::size_t> wrong{0};
    pool->run(size, [&](std::size_t rank, std::size_t) {
      const CrewMember member{rank, size, &barrier};
      for (std::uint32_t round = 1; round <= 300; ++round) {
        rounds[rank * 16] = round;
        member.meet();
        for (std::size_t other = 0; other < size; ++other) wrong += rounds[other * 16] == round ? 0 : 1;
        member.meet();
      }
    });
    CHECK(wrong == 0);
  }
}

TEST_CASE("crew: one puzzle has the same bits for any number of threads, in every type of weights") {
  for (const CanvasArch arch : {CanvasArch::trm, CanvasArch::trm_singlez, CanvasArch::trm_hier6, CanvasArch::hrm,
                                CanvasArch::transformer_baseline}) {
    for (const bool mlp : {false, true}) {
      CanvasConfig c = test_models::canvas(arch);
      if (mlp && !c.is_trm()) continue;
      c.mlp_t = mlp;
      if (mlp) c.pos_encodings = PosEncodings::none;
      c.seq_len = 23;  // rows for three
      if (c.has_H_level()) c.H_layers = 2;
      REQUIRE(c.validate().ok());
      CAPTURE(std::string(arch_name(arch)));
      CAPTURE(mlp);
      const Registry registry(c);
      Buffer<float> flat(registry.flat_size);
      initialise(registry, 5, flat.span());
      Buffer<float> rows(c.num_puzzle_identifiers * c.puzzle_emb_ndim);
      const PuzzleTable<float> table{rows.data(), c.num_puzzle_identifiers, c.puzzle_emb_ndim};
      for (const simd::WeightType type : {simd::WeightType::fp32, simd::WeightType::bf16, simd::WeightType::int8}) {
        CAPTURE(std::string(simd::weight_type_name(type)));
        const CanvasNetwork<float> net(c, registry, flat.data(), test::best_kernels(type), Purpose::inference);
        for (const std::size_t slots : {1, 2}) {
          const std::vector<float> alone = think(net, table, 1, slots);
          for (const std::size_t threads : {2, 3, 5}) {
            // One that does not divide the rows says the most.
            if (test::sweep() != test::Sweep::full && threads != 3) continue;
            CAPTURE(threads);
            const std::vector<float> together = think(net, table, threads, slots);
            REQUIRE(together.size() == alone.size());
            CHECK(std::memcmp(together.data(), alone.data(), alone.size() * sizeof(float)) == 0);
          }
        }
      }
    }
  }
}

}  // namespace test_crew
