#include "engine/format/xxh64.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace trm {
namespace {

constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87, kPrime2 = 0xC2B2AE3D27D4EB4F, kPrime3 = 0x165667B19E3779F9,
                        kPrime4 = 0x85EBCA77C2B2AE63, kPrime5 = 0x27D4EB2F165667C5;

// Values are little-endian, as this program's machines are.
template <class T>
T load(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

std::uint64_t round(std::uint64_t lane, std::uint64_t input) {
  return std::rotl(lane + input * kPrime2, 31) * kPrime1;
}

}  // namespace

void Xxh64::stripe(const std::byte* at) {
  for (std::size_t i = 0; i < lanes_.size(); ++i) lanes_[i] = round(lanes_[i], load<std::uint64_t>(at + 8 * i));
}

void Xxh64::add(std::span<const std::byte> bytes) {
  const std::size_t held = total_ % kStripe;
  total_ += bytes.size();
  if (held != 0) {
    const std::size_t n = std::min(kStripe - held, bytes.size());
    std::copy_n(bytes.begin(), n, held_.begin() + static_cast<std::ptrdiff_t>(held));
    bytes = bytes.subspan(n);
    if (held + n < kStripe) return;
    stripe(held_.data());
  }
  // In registers, or each stripe would wait for the lanes to be stored.
  auto [a, b, c, d] = lanes_;
  for (; bytes.size() >= kStripe; bytes = bytes.subspan(kStripe)) {
    a = round(a, load<std::uint64_t>(bytes.data()));
    b = round(b, load<std::uint64_t>(bytes.data() + 8));
    c = round(c, load<std::uint64_t>(bytes.data() + 16));
    d = round(d, load<std::uint64_t>(bytes.data() + 24));
  }
  lanes_ = {a, b, c, d};
  std::copy(bytes.begin(), bytes.end(), held_.begin());
}

std::uint64_t Xxh64::value() const {
  std::uint64_t hash = kPrime5;
  if (total_ >= kStripe) {
    hash = std::rotl(lanes_[0], 1) + std::rotl(lanes_[1], 7) + std::rotl(lanes_[2], 12) + std::rotl(lanes_[3], 18);
    for (const std::uint64_t lane : lanes_) hash = (hash ^ round(0, lane)) * kPrime1 + kPrime4;
  }
  hash += total_;
  std::span<const std::byte> rest(held_.data(), total_ % kStripe);
  for (; rest.size() >= 8; rest = rest.subspan(8)) {
    hash = std::rotl(hash ^ round(0, load<std::uint64_t>(rest.data())), 27) * kPrime1 + kPrime4;
  }
  if (rest.size() >= 4) {
    hash = std::rotl(hash ^ load<std::uint32_t>(rest.data()) * kPrime1, 23) * kPrime2 + kPrime3;
    rest = rest.subspan(4);
  }
  for (const std::byte b : rest) hash = std::rotl(hash ^ static_cast<std::uint64_t>(b) * kPrime5, 11) * kPrime1;
  hash = (hash ^ hash >> 33) * kPrime2;
  hash = (hash ^ hash >> 29) * kPrime3;
  return hash ^ hash >> 32;
}

std::string Xxh64::hex() const {
  const std::uint64_t hash = value();
  std::string out(16, '0');
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = "0123456789abcdef"[hash >> (60 - 4 * i) & 15];
  return out;
}

}  // namespace trm
