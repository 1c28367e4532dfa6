// Rules of fractals and how they draw: as the definitions say, from an axiom, iteration by iteration.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tasks/base/rng.h"
#include "tasks/puzzles/fractal/picture.h"

namespace trm::tasks::fractal {

/// Becomes of a cell: k x k cells, row by row. The block of a dark cell begins with a dark one, so that every iteration
/// is the corner of the next (Allouche and Shallit, "Automatic sequences", 2003, chapter 14).
struct Substitution {
  std::size_t k = 3;
  std::vector<std::uint8_t> dark, light;
};
Substitution random_substitution(std::size_t k, Rng& rng);
/// Starts from one dark cell; the corner of `size` cells of what that becomes.
Picture draw(const Substitution& rule, std::size_t size);

/// Rows of `size` cells on a ring, each from the one before. rule: Wolfram's number, dark is 1.
Picture draw_automaton(unsigned rule, const std::vector<std::uint8_t>& first_row);

/// An L-system: what the edges A (dark) and B (light) become: k edges with turns '+' (right), '-' (left) or none
/// between them. That of A begins with A, so that every iteration is the beginning of the next.
struct LSystem {
  std::string A, B;
};
LSystem random_l_system(std::size_t k, Rng& rng);
/// The axiom A, rewritten so many times.
std::string rewrite(const LSystem& rule, unsigned times);
/// What a turtle draws of the word's first `edges` edges, S at its start. The drawing of the whole word lies in the
/// middle. Empty: that does not fit, or it meets a vertex twice.
Picture draw_curve(const std::string& word, std::size_t edges, std::size_t size);

}  // namespace trm::tasks::fractal
