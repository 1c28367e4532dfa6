// The order of evaluations of a model: which network reads which states and overwrites which. One supervision step of a
// canvas model, one token of a causal model.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/model/canvas_config.h"
#include "engine/model/config.h"

namespace trm {

/// One evaluation: states[target] <- network(level, sum of the read states [+ x]).
struct Evaluation {
  std::size_t level;
  std::size_t target;
  std::uint32_t reads;  ///< bit s: state s is part of the sum
  bool reads_x;
  std::size_t index;  ///< place inside its outer cycle: which recursion bias and decay it uses

  [[nodiscard]] bool reads_state(std::size_t s) const { return (reads >> s & 1u) != 0; }
};

inline constexpr std::size_t kMostStates = 7;  ///< of a plan: z_H and six z_L

struct RecursionPlan {
  /// Layers [first, first + count) of the model.
  struct Level {
    std::size_t first, count;
  };
  std::vector<Level> levels;
  std::size_t states = 0;
  std::size_t output = 0;  ///< the state that the heads read
  std::vector<Evaluation> evaluations;
  std::size_t first_kept = 0;  ///< evaluations from here on carry gradient; earlier ones are constants
};

/// Causal models. trm: H_cycles times (L_cycles times z_L <- f(z_L + z_H + x), then z_H <- f(z_H + z_L)), gradient
/// through the last outer cycle; states are z_L, z_H. hrm: the same with two networks, L_level and H_level, gradient
/// through the last evaluation of each. transformer: z_H <- f(z_H + x). trm without L cycles has one state, too, which
/// starts from L_init.
RecursionPlan recursion_plan(const ModelConfig& config);

/// Published models, one supervision step, in the order of the public code. z_H <- f(z_H, z_L) reads no x.
///   trm          as above; states z_L, z_H
///   trm_singlez  z <- f(z + x) L_cycles times, then z <- f(z); one state
///   trm_hier6    step i of a cycle overwrites the i-th of six z_L with f(sum of all z_L + z_H + x)
///   hrm          as trm with two networks, L_level and H_level; gradient through the last evaluation of each
///   transformer_baseline  z_H <- f(z_H + x) once
RecursionPlan recursion_plan(const CanvasConfig& config);

}  // namespace trm
