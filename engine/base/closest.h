// "Did you mean ...?": the known name nearest to a word that is none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace trm {

/// Characters to insert, remove or replace to turn one into the other (Levenshtein 1966).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The first of the candidates (a range of strings) with the fewest edits, if about two thirds of the word are right;
/// else empty. Words of more than 64 bytes are nobody's slip of the finger.
template <class Range>
std::string closest(std::string_view word, const Range& candidates) {
  std::string best;
  if (word.size() > 64) return best;
  std::size_t fewest = std::max<std::size_t>((word.size() + 2) / 3, 1) + 1;
  for (const auto& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < fewest) {
      fewest = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace trm
