// Random fractals whose next iteration can be inferred.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/status.h"
#include "tasks/puzzles/fractal/picture.h"

namespace trm::tasks::fractal {

/// Smaller pictures have hardly a hundred curves, so they show none.
inline constexpr std::size_t kMinCurveSize = 12;

struct Request {
  std::size_t size = 16;
  std::string split;  ///< "train", "validation" or "test"; empty: any
};

struct Puzzle {
  Picture question;
  Picture answer;
};

/// The least text of the answer's images in both colours; of automata also turned around their ring. Questions that
/// have one answer share it. Of a question without exactly one, that of itself.
std::string canonical_text(const Picture& question);

/// Puzzle `index` of (request, seed), which depends on nothing else: each kind as often. Error: a size that is not
/// from 9 to 27.
Result<Puzzle> generate(const Request& request, std::uint64_t seed, std::uint64_t index);

}  // namespace trm::tasks::fractal
