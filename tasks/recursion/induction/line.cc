#include "tasks/recursion/induction/line.h"

namespace trm::tasks::induction {
namespace {

bool is_digit_char(char c) {
  return c >= '0' && c <= '9';
}

/// Another number with as many digits, often a near one. Coefficients and bases of 1 and terms of 0 are not written,
/// so none may appear.
std::string other_number(const std::string& number, char before, char after, Rng& rng) {
  if (before == '^') return std::to_string(rng.between(2, 4));
  std::int64_t value = 0;
  if (rng.below(2) == 0) {
    constexpr std::int64_t near[] = {-10, -2, -1, 1, 2, 10};
    value = std::stoll(number) + near[rng.below(6)];
  } else {
    std::string digits;
    for (std::size_t i = 0; i < number.size(); ++i) digits += static_cast<char>('0' + rng.below(10));
    value = std::stoll(digits);
  }
  const bool coefficient = after == '(' || after == '^' || (after >= 'a' && after <= 'z');
  return value <= 0 || (coefficient && value == 1) ? number : std::to_string(value);
}

}  // namespace

Line& Line::fixed(std::string_view words) {
  text += words;
  return *this;
}

Line& Line::rigid(std::string_view expression) {
  const std::size_t offset = text.size();
  text += expression;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    if (is_digit_char(expression[i])) {
      std::size_t end = i;
      while (end < expression.size() && is_digit_char(expression[end])) ++end;
      slots.push_back({offset + i, end - i, {}});
      i = end - 1;
    } else if (expression[i] == ' ' && (expression.substr(i, 3) == " + " || expression.substr(i, 3) == " - ")) {
      slots.push_back({offset + i + 1, 1, {}});
    }
  }
  return *this;
}

Line& Line::chosen(std::int64_t number, std::vector<std::string> choices) {
  const std::string digits = std::to_string(number);
  if (!choices.empty()) slots.push_back({text.size(), digits.size(), std::move(choices)});
  text += digits;
  return *this;
}

std::string corrupted(const Line& line, Rng& rng, bool signs) {
  if (!line.slips.empty() && rng.below(3) == 0) {
    const std::string& slip = line.slips[rng.below(static_cast<std::uint32_t>(line.slips.size()))];
    return slip.size() == line.text.size() ? slip : line.text;
  }
  if (line.slots.empty()) return line.text;
  const Slot& slot = line.slots[rng.below(static_cast<std::uint32_t>(line.slots.size()))];
  const std::string old = line.text.substr(slot.begin, slot.length);
  std::string fresh = old;
  if (!slot.choices.empty()) {
    fresh = slot.choices[rng.below(static_cast<std::uint32_t>(slot.choices.size()))];
  } else if (is_digit_char(old[0])) {
    const char before = slot.begin > 0 ? line.text[slot.begin - 1] : ' ';
    const std::size_t end = slot.begin + slot.length;
    fresh = other_number(old, before, end < line.text.size() ? line.text[end] : ' ', rng);
  } else if (signs) {
    fresh = old == "+" ? "-" : "+";
  }
  if (fresh.size() != old.size()) return line.text;
  std::string out = line.text;
  return out.replace(slot.begin, slot.length, fresh);
}

std::string terms(const std::vector<std::pair<std::int64_t, std::string>>& parts) {
  std::string out;
  for (const auto& [coefficient, symbol] : parts) {
    if (coefficient == 0) continue;
    const std::int64_t size = coefficient < 0 ? -coefficient : coefficient;
    if (out.empty()) {
      if (coefficient < 0) out += "-";
    } else {
      out += coefficient < 0 ? " - " : " + ";
    }
    if (size != 1 || symbol.empty()) out += std::to_string(size);
    if (size != 1 && !symbol.empty() && is_digit_char(symbol[0])) out += "*";
    out += symbol;
  }
  return out.empty() ? "0" : out;
}

}  // namespace trm::tasks::induction
