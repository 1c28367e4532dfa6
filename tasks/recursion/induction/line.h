// Lines of proofs as they are written, with the places where one change makes them wrong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tasks/base/rng.h"

namespace trm::tasks::induction {

/// A number or a sign in a line.
struct Slot {
  std::size_t begin = 0;
  std::size_t length = 0;
  std::vector<std::string> choices;  ///< what makes the line wrong; empty: any other number, or the other sign
};

struct Line {
  std::string text;
  std::vector<Slot> slots;
  std::vector<std::string> slips;  ///< the whole line with a typical error

  Line& fixed(std::string_view words);
  /// Every number in it and every sign between terms is a slot: any change of one makes the line wrong.
  Line& rigid(std::string_view expression);
  Line& chosen(std::int64_t number, std::vector<std::string> choices);
};

/// A wrong form of the line with as many characters, so that lengths tell nothing; the line itself if the draw found
/// none. signs: may a sign change?
std::string corrupted(const Line& line, Rng& rng, bool signs);

/// "3k^2 - 2k + 5": terms of a coefficient and a symbol ("" for a number), without those that are 0.
std::string terms(const std::vector<std::pair<std::int64_t, std::string>>& parts);

}  // namespace trm::tasks::induction
