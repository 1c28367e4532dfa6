#include "engine/model/recursion.h"

namespace trm {

RecursionPlan recursion_plan(const ModelConfig& config) {
  RecursionPlan plan;
  plan.levels = {{0, config.layers}};
  if (config.family == Family::transformer || config.L_cycles == 0) {
    plan.states = 1;
    plan.evaluations.assign(config.H_cycles, {0, 0, 0b1, true, 0});
    plan.first_kept = plan.evaluations.size() - 1;
    return plan;
  }
  const bool two_networks = config.family == Family::hrm;
  if (two_networks) plan.levels.push_back({config.layers, config.layers});
  plan.states = 2;
  plan.output = 1;
  for (std::size_t h = 0; h < config.H_cycles; ++h) {
    for (std::size_t l = 0; l < config.L_cycles; ++l) plan.evaluations.push_back({0, 0, 0b11, true, l});
    plan.evaluations.push_back({plan.levels.size() - 1, 1, 0b11, false, config.L_cycles});
  }
  plan.first_kept = plan.evaluations.size() - (two_networks ? 2 : config.L_cycles + 1);
  return plan;
}

RecursionPlan recursion_plan(const CanvasConfig& config) {
  RecursionPlan plan;
  if (config.arch == CanvasArch::transformer_baseline) {
    plan.levels = {{0, config.H_layers}};
    plan.states = 1;
    plan.evaluations = {{0, 0, 0b1, true, 0}};
    return plan;
  }
  const bool two_networks = config.arch == CanvasArch::hrm;
  const std::size_t low = config.arch == CanvasArch::trm_hier6 ? 6 : 1;  // states that L steps overwrite
  const bool single = config.arch == CanvasArch::trm_singlez;
  plan.levels = {{0, config.L_layers}};
  if (two_networks) plan.levels.push_back({config.L_layers, config.H_layers});
  plan.states = single ? 1 : low + 1;
  plan.output = plan.states - 1;
  const std::uint32_t all = (1u << plan.states) - 1;
  for (std::size_t h = 0; h < config.H_cycles; ++h) {
    for (std::size_t l = 0; l < config.L_cycles; ++l) plan.evaluations.push_back({0, l % low, all, true, l});
    plan.evaluations.push_back({plan.levels.size() - 1, plan.output, all, false, config.L_cycles});
  }
  const std::size_t kept = two_networks ? 2 : config.L_cycles + 1;
  plan.first_kept = plan.evaluations.size() - kept;
  return plan;
}

}  // namespace trm
