#include "tasks/python/whole.h"

#include <algorithm>

namespace trm::tasks::python {
namespace {

constexpr std::uint32_t kBase = 1'000'000'000;
constexpr std::size_t kLimbDigits = 9;
using Limbs = std::vector<std::uint32_t>;

}  // namespace

Whole::Whole(std::int64_t number) : negative_(number < 0) {
  std::uint64_t rest = negative_ ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
  for (; rest > 0; rest /= kBase) limbs_.push_back(static_cast<std::uint32_t>(rest % kBase));
}

Whole Whole::from_digits(std::string_view digits, unsigned radix) {
  Whole out;
  for (const char c : digits) {
    const unsigned digit = c <= '9' ? static_cast<unsigned>(c - '0') : (static_cast<unsigned>(c) | 32U) - 'a' + 10;
    scale(out.limbs_, radix, digit);
  }
  return out;
}

Whole Whole::from_decimal(std::string_view text) {
  Whole out;
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  while (!text.empty()) {
    const std::size_t size = std::min(text.size(), kLimbDigits);
    std::uint32_t limb = 0;
    for (const char c : text.substr(text.size() - size)) limb = limb * 10 + static_cast<std::uint32_t>(c - '0');
    out.limbs_.push_back(limb);
    text.remove_suffix(size);
  }
  trim(out.limbs_);
  out.negative_ = negative && !out.zero();
  return out;
}

std::string Whole::decimal() const {
  if (zero()) return "0";
  std::string out = negative_ ? "-" : "";
  for (std::size_t i = limbs_.size(); i-- > 0;) {
    const std::string digits = std::to_string(limbs_[i]);
    if (i + 1 < limbs_.size()) out.append(kLimbDigits - digits.size(), '0');
    out += digits;
  }
  return out;
}

Whole Whole::operator-() const {
  Whole out = *this;
  out.negative_ = !negative_ && !zero();
  return out;
}

Whole operator+(const Whole& a, const Whole& b) {
  Whole out;
  if (a.negative_ == b.negative_) {
    out.limbs_ = Whole::sum(a.limbs_, b.limbs_);
    out.negative_ = a.negative_;
    return out;
  }
  const bool a_larger = Whole::compare(a.limbs_, b.limbs_) >= 0;
  const Whole& large = a_larger ? a : b;
  out.limbs_ = Whole::difference(large.limbs_, (a_larger ? b : a).limbs_);
  out.negative_ = large.negative_ && !out.zero();
  return out;
}

Whole operator*(const Whole& a, const Whole& b) {
  Whole out;
  if (a.zero() || b.zero()) return out;
  out.limbs_.assign(a.limbs_.size() + b.limbs_.size(), 0);
  for (std::size_t i = 0; i < a.limbs_.size(); ++i) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < b.limbs_.size() || carry > 0; ++j) {
      const std::uint64_t product = j < b.limbs_.size() ? std::uint64_t{a.limbs_[i]} * b.limbs_[j] : 0;
      const std::uint64_t now = out.limbs_[i + j] + product + carry;
      out.limbs_[i + j] = static_cast<std::uint32_t>(now % kBase);
      carry = now / kBase;
    }
  }
  Whole::trim(out.limbs_);
  out.negative_ = a.negative_ != b.negative_;
  return out;
}

Whole::Division Whole::divide(const Whole& a, const Whole& b) {
  Division out;
  Limbs& quotient = out.quotient.limbs_;
  Limbs& rest = out.remainder.limbs_;
  quotient.assign(a.limbs_.size(), 0);
  for (std::size_t i = a.limbs_.size(); i-- > 0;) {
    rest.insert(rest.begin(), a.limbs_[i]);
    trim(rest);
    // The largest limb whose product still fits, by halving.
    std::uint32_t low = 0, high = kBase - 1;
    while (low < high) {
      const std::uint32_t middle = low + (high - low + 1) / 2;
      Limbs product = b.limbs_;
      scale(product, middle, 0);
      if (compare(product, rest) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    Limbs product = b.limbs_;
    scale(product, low, 0);
    rest = difference(rest, product);
    quotient[i] = low;
  }
  trim(quotient);
  if (a.negative_ == b.negative_) {
    out.remainder.negative_ = b.negative_ && !out.remainder.zero();
    return out;
  }
  out.quotient.negative_ = !out.quotient.zero();
  if (!out.remainder.zero()) {
    out.quotient = out.quotient - Whole(1);
    out.remainder.limbs_ = difference(b.limbs_, out.remainder.limbs_);
    out.remainder.negative_ = b.negative_;
  }
  return out;
}

int Whole::compare(const Limbs& a, const Limbs& b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  for (std::size_t i = a.size(); i-- > 0;) {
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return 0;
}

Limbs Whole::sum(const Limbs& a, const Limbs& b) {
  Limbs out;
  std::uint32_t carry = 0;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()) || carry > 0; ++i) {
    const std::uint32_t now = carry + (i < a.size() ? a[i] : 0) + (i < b.size() ? b[i] : 0);
    out.push_back(now % kBase);
    carry = now / kBase;
  }
  return out;
}

Limbs Whole::difference(const Limbs& a, const Limbs& b) {
  Limbs out;
  std::uint32_t borrow = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::uint32_t less = borrow + (i < b.size() ? b[i] : 0);
    borrow = a[i] < less ? 1 : 0;
    out.push_back(a[i] + borrow * kBase - less);
  }
  trim(out);
  return out;
}

void Whole::trim(Limbs& limbs) {
  while (!limbs.empty() && limbs.back() == 0) limbs.pop_back();
}

void Whole::scale(Limbs& limbs, std::uint32_t factor, std::uint32_t carry) {
  std::uint64_t rest = carry;
  for (std::uint32_t& limb : limbs) {
    rest += std::uint64_t{limb} * factor;
    limb = static_cast<std::uint32_t>(rest % kBase);
    rest /= kBase;
  }
  if (rest > 0) limbs.push_back(static_cast<std::uint32_t>(rest));
  trim(limbs);
}

}  // namespace trm::tasks::python
