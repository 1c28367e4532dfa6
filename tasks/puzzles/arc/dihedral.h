// The augmentations of ARC data (TinyRecursiveModels `dataset/common.py`, `dataset/build_arc_dataset.py`): one of the
// eight symmetries of the square and a permutation of the colours that leaves 0, the background, alone.
#pragma once

#include <array>
#include <cstdint>

#include "tasks/base/rng.h"
#include "tasks/puzzles/arc/grid.h"

namespace trm::tasks::arc {

inline constexpr std::uint32_t kSymmetryCount = 8;

struct Augmentation {
  /// 0 identity; 1, 2, 3 turns by 90, 180, 270 degrees counter-clockwise; 4 left-right and 5 up-down mirror image;
  /// 6 transpose; 7 anti-transpose (turn by 90 degrees, then left-right mirror image).
  std::uint32_t symmetry = 0;
  /// Image of each colour.
  std::array<std::uint8_t, kColourCount> colours{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  bool operator==(const Augmentation&) const = default;
};

/// Uniform among the 8 * 9! augmentations.
Augmentation random_augmentation(Rng& rng);

/// Colours first, then geometry; the one does not see the other, so any order gives the same grid.
Grid augment(const Grid& grid, const Augmentation& augmentation);

/// The augmentation that undoes it.
Augmentation inverse(const Augmentation& augmentation);

}  // namespace trm::tasks::arc
