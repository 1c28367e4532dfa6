// Random frames to train on. Nothing in them comes from a program: prompts, what streams hold and what calls return are
// drawn so that everything that a function decides is met, most of all what is rare in programs.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tasks/base/rng.h"
#include "tasks/frames/frame.h"
#include "tasks/interpreter/function.h"

namespace trm::tasks::interpreter {

/// A prompt and what its streams hold; kPart stands for a part.
struct Scene {
  Tokens prompt;
  std::vector<Tokens> streams;
  double yes = 0.5;  ///< share of calls that return YES
  /// What a part holds; null: nothing looks into it.
  Tokens (*part)(Rng& rng) = nullptr;
};

struct DrawRange {
  std::size_t max_digits = 14;  ///< of numbers
};

/// A random scene for the function.
Scene draw_scene(Token head, Rng& rng, const DrawRange& range);

/// The frame of a scene, with random values from what it calls. Error: none can be written.
Result<Frame> frame_of(const Scene& scene, Rng& rng);

/// Frame `index` of the stream `name` of a seed: a function of all four alone. The weights of the mix
/// are of all_functions().
Frame random_frame(std::string_view name, std::uint64_t seed, std::uint64_t index, const FrameMix& mix);

/// "add": the head in small letters.
std::string function_name(const Function& function);

}  // namespace trm::tasks::interpreter
