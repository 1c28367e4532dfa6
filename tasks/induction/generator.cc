#include <algorithm>
#include <string>

#include "tasks/induction/claim.h"
#include "tasks/induction/induction.h"
#include "tasks/item.h"

namespace trm::tasks::induction {
namespace {

std::unique_ptr<Claim> draw_claim(Rng& rng, std::size_t lines) {
  switch (rng.below(5)) {
    case 0:
    case 1:
      return draw_polynomial_sum(rng);
    case 2:
      return draw_geometric_sum(rng, lines - longest_core + 2);
    case 3:
      return draw_divisibility(rng);
    default:
      return draw_inequality(rng, lines - longest_core);
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

}  // namespace

Result<Item> item(std::string_view slice, std::uint64_t seed, std::uint64_t index) {
  Result<Item> item = blank_item(ItemSource{name, version, slices}, slice, seed, index);
  if (!item) return item;
  Rng rng = item_rng(*item);
  const bool longer = slice == "steps_2x";
  const std::size_t lines = longer ? rng.between(20, 36) : rng.between(10, 18);
  const bool valid = rng.below(2) == 0;
  const std::size_t wrong = rng.below(static_cast<std::uint32_t>(lines));
  const std::string_view split = longer ? "test" : slice;
  std::vector<Line> proof;
  do {
    std::unique_ptr<Claim> claim = draw_claim(rng, lines);
    item->canonical = claim->canonical();
    if (split_of(item->canonical) != split) continue;
    proof = claim->lines(lines, {});
    if (!valid && !corrupt(*claim, proof, wrong, rng)) proof.clear();
  } while (proof.empty());

  item->prompt = instruction;
  for (std::size_t i = 0; i < lines; ++i) item->prompt += "\n" + std::to_string(i + 1) + ". " + proof[i].text;
  item->answer = valid ? "valid" : std::to_string(wrong + 1);
  item->depth = lines;
  return item;
}

}  // namespace trm::tasks::induction
