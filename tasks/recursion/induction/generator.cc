#include "tasks/recursion/induction/generator.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "tasks/base/split.h"
#include "tasks/recursion/induction/claim.h"
#include "tasks/task/task.h"

namespace trm::tasks::induction {
namespace {

std::unique_ptr<Claim> draw_claim(Rng& rng, std::size_t lines) {
  switch (rng.below(5)) {
    case 0:
    case 1:
      return draw_polynomial_sum(rng);
    case 2:
      return draw_geometric_sum(rng, lines - kLongestCore + 2);
    case 3:
      return draw_divisibility(rng);
    default:
      return draw_inequality(rng, lines - kLongestCore);
  }
}

/// A sign that changes would show if the proof had no other of its kind.
bool has_minus_signs(const std::vector<Line>& proof) {
  std::ptrdiff_t count = 0;
  for (const Line& line : proof) count += std::count(line.text.begin(), line.text.end(), '-');
  return count >= 3;
}

bool same_lengths(const std::vector<Line>& a, const std::vector<Line>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Line& x, const Line& y) { return x.text.size() == y.text.size(); });
}

/// Makes one line wrong. No line changes its length. False: no draw did it.
bool corrupt(const Claim& claim, std::vector<Line>& proof, std::size_t line, Rng& rng) {
  const bool signs = has_minus_signs(proof);
  for (int attempt = 0; attempt < 100; ++attempt) {
    std::vector<Line> wrong = proof;
    if (line >= claim.core() && rng.below(2) == 0) {
      const auto size = static_cast<std::int64_t>(rng.below(3) == 0 ? 10 : rng.between(1, 9));
      const bool less = rng.below(2) == 0, right_side = rng.below(2) == 0;
      wrong = claim.lines(proof.size(), {line, less ? -size : size, right_side});
    } else {
      wrong[line].text = corrupted(proof[line], rng, signs);
    }
    if (!same_lengths(wrong, proof) || wrong[line].text == proof[line].text) continue;
    proof = std::move(wrong);
    return true;
  }
  return false;
}

std::vector<std::string> texts_of(const std::vector<Line>& lines) {
  std::vector<std::string> out;
  out.reserve(lines.size());
  for (const Line& line : lines) out.push_back(line.text);
  return out;
}

}  // namespace

std::string canonical(const std::vector<std::string>& proof) {
  constexpr std::string_view word = "Claim: ";
  const std::string_view claim = proof[0];
  return "induction " + std::string(claim.starts_with(word) ? claim.substr(word.size()) : claim);
}

std::vector<std::string> draw_proof(Rng& rng, std::string_view slice) {
  const bool longer = slice == "steps_2x";
  const std::size_t lines = longer ? rng.between(20, 36) : rng.between(10, 18);
  const bool valid = rng.below(2) == 0;
  const std::size_t wrong = rng.below(static_cast<std::uint32_t>(lines));
  const std::string_view split = split_behind(slice);
  const auto in_split = [&](const std::vector<std::string>& proof) { return split_of(canonical(proof)) == split; };
  for (;;) {
    const std::unique_ptr<Claim> claim = draw_claim(rng, lines);
    std::vector<Line> proof = claim->lines(lines, {});
    if (!in_split(texts_of(proof))) continue;
    if (!valid && !corrupt(*claim, proof, wrong, rng)) continue;
    std::vector<std::string> out = texts_of(proof);
    if (in_split(out)) return out;
  }
}

}  // namespace trm::tasks::induction
