#include "tasks/frames/natural.h"

#include <algorithm>
#include <utility>

namespace trm::tasks {

Natural::Natural(std::uint64_t value) {
  for (; value != 0; value /= kBase) limbs_.push_back(static_cast<std::uint32_t>(value % kBase));
}

Natural Natural::from_decimal(std::string_view text) {
  Natural out;
  while (!text.empty()) {
    const std::size_t start = text.size() > 9 ? text.size() - 9 : 0;
    std::uint32_t limb = 0;
    for (const char c : text.substr(start)) limb = limb * 10 + static_cast<std::uint32_t>(c - '0');
    out.limbs_.push_back(limb);
    text = text.substr(0, start);
  }
  while (!out.limbs_.empty() && out.limbs_.back() == 0) out.limbs_.pop_back();
  return out;
}

Natural Natural::from_tokens(std::span<const Token> digits) {
  std::string text(digits.size(), '0');
  for (std::size_t i = 0; i < digits.size(); ++i) text[digits.size() - 1 - i] = static_cast<char>('0' + digits[i]);
  return from_decimal(text);
}

void Natural::add(const Natural& other) {
  limbs_.resize(std::max(limbs_.size(), other.limbs_.size()), 0);
  std::uint32_t carry = 0;
  for (std::size_t i = 0; i < limbs_.size(); ++i) {
    const std::uint32_t sum = limbs_[i] + (i < other.limbs_.size() ? other.limbs_[i] : 0) + carry;
    limbs_[i] = sum % kBase;
    carry = sum / kBase;
  }
  if (carry != 0) limbs_.push_back(carry);
}

void Natural::multiply(std::uint32_t factor) {
  if (factor == 0) {
    limbs_.clear();
    return;
  }
  std::uint64_t carry = 0;
  for (std::uint32_t& limb : limbs_) {
    const std::uint64_t product = std::uint64_t{limb} * factor + carry;
    limb = static_cast<std::uint32_t>(product % kBase);
    carry = product / kBase;
  }
  for (; carry != 0; carry /= kBase) limbs_.push_back(static_cast<std::uint32_t>(carry % kBase));
}

void Natural::multiply(const Natural& factor) {
  std::vector<std::uint32_t> product(limbs_.size() + factor.limbs_.size(), 0);
  for (std::size_t i = 0; i < limbs_.size(); ++i) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < factor.limbs_.size() || carry != 0; ++j) {
      const std::uint64_t limb = j < factor.limbs_.size() ? factor.limbs_[j] : 0;
      const std::uint64_t sum = product[i + j] + std::uint64_t{limbs_[i]} * limb + carry;
      product[i + j] = static_cast<std::uint32_t>(sum % kBase);
      carry = sum / kBase;
    }
  }
  while (!product.empty() && product.back() == 0) product.pop_back();
  limbs_ = std::move(product);
}

std::uint32_t Natural::divide(std::uint32_t divisor) {
  std::uint64_t remainder = 0;
  for (std::size_t i = limbs_.size(); i-- > 0;) {
    const std::uint64_t value = remainder * kBase + limbs_[i];
    limbs_[i] = static_cast<std::uint32_t>(value / divisor);
    remainder = value % divisor;
  }
  while (!limbs_.empty() && limbs_.back() == 0) limbs_.pop_back();
  return static_cast<std::uint32_t>(remainder);
}

std::string Natural::decimal() const {
  if (limbs_.empty()) return "0";
  std::string out = std::to_string(limbs_.back());
  for (std::size_t i = limbs_.size() - 1; i-- > 0;) {
    const std::string limb = std::to_string(limbs_[i]);
    out.append(9 - limb.size(), '0');
    out += limb;
  }
  return out;
}

std::vector<Token> Natural::tokens() const {
  const std::string text = decimal();
  std::vector<Token> out;
  out.reserve(text.size());
  for (std::size_t i = text.size(); i-- > 0;) out.push_back(text[i] - '0');
  return out;
}

}  // namespace trm::tasks
