#include "tests/simd/support.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "simd/isa_rows.h"

namespace trm::simd {
const Kernels<float>* wide_table();   // wide_table.cc
const Kernels<float>* tiles_table();  // tiles_table.cc
}  // namespace trm::simd

namespace trm::simd::test {
namespace {

constexpr std::uint32_t kPattern = 0x7fc0beefU;  // a NaN: reading it by mistake poisons the result
constexpr std::size_t kFront = 32;               // floats of pattern before the matrix

bool is_pattern(float x) {
  return std::bit_cast<std::uint32_t>(x) == kPattern;
}

}  // namespace

const std::vector<const Kernels<float>*>& tables() {
  static const std::vector<const Kernels<float>*> list = [] {
    std::vector<const Kernels<float>*> found;
    // Emulated runs, which are slow, ask for the instruction sets that the machine itself does not run, with commas
    // between them.
    const char* asked = std::getenv("TRM_TEST_ISA");
    const std::string wanted = asked == nullptr ? "" : "," + std::string(asked) + ",";
    if (asked == nullptr) found.push_back(&reference<float>());
    for (const Isa isa : built_isas()) {
      const Kernels<float>* table = isa_table(isa);
      if (table != nullptr &&
          (asked == nullptr || wanted.find("," + std::string(isa_name(isa)) + ",") != std::string::npos))
        found.push_back(table);
    }
    if (asked != nullptr) return found;
    // Emulated runs leave them out: they are the same code there, slowly.
    if (std::getenv("TRM_TEST_NO_WIDE") == nullptr) {
      found.push_back(wide_table());
      found.push_back(tiles_table());
    }
    return found;
  }();
  return list;
}

std::vector<std::string> skipped() {
  std::vector<std::string> list;
  for (const IsaRow& row : isa_rows()) {
    const std::string reason = missing_reason(row);
    if (!reason.empty()) list.push_back(std::string(row.name) + ": " + reason);
  }
  return list;
}

std::uint64_t hash(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

std::vector<std::size_t> lengths() {
  std::vector<std::size_t> list;
  for (std::size_t n = 0; n <= 33; ++n) list.push_back(n);
  for (const std::size_t n : {37U, 61U, 64U, 96U, 127U, 128U, 191U, 192U, 256U, 257U, 512U}) list.push_back(n);
  return list;
}

Twin::Twin(std::size_t rows, std::size_t cols, std::size_t gap) : rows_(rows), cols_(cols), gap_(gap) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t bytes = (kFront + span()) * sizeof(float);
  const std::size_t body = (bytes + page - 1) / page * page;
  mapped_ = body + page;
  map_ = mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map_ == MAP_FAILED) std::abort();
  auto* guard = static_cast<std::byte*>(map_) + body;
  if (mprotect(guard, page, PROT_NONE) != 0) std::abort();
  data_ = reinterpret_cast<float*>(guard) - span();
  std::fill(data_ - kFront, data_ + span(), std::bit_cast<float>(kPattern));
  wide_.reserve(1);  // an empty matrix has an address too
  wide_.assign(span(), std::numeric_limits<double>::quiet_NaN());
  constant(0);
}

Twin::~Twin() {
  munmap(map_, mapped_);
}

Twin& Twin::random(std::uint64_t seed, double scale) {
  for (std::size_t r = 0; r < rows_; ++r) {
    for (std::size_t c = 0; c < cols_; ++c) {
      const double unit = static_cast<double>(hash(hash(seed) + r * cols_ + c) >> 11U) * 0x1p-53;
      data_[r * ld() + c] = static_cast<float>((2 * unit - 1) * scale);
      wide_[r * ld() + c] = static_cast<double>(data_[r * ld() + c]);
    }
  }
  return *this;
}

Twin& Twin::constant(double value) {
  for (std::size_t r = 0; r < rows_; ++r) {
    for (std::size_t c = 0; c < cols_; ++c) set(r * ld() + c, value);
  }
  return *this;
}

Twin& Twin::set(std::size_t i, double value) {
  data_[i] = static_cast<float>(value);
  wide_[i] = static_cast<double>(data_[i]);
  return *this;
}

double Twin::error(double norm) const {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  double largest = 0;
  std::size_t nonzero = 0;
  for (std::size_t r = 0; r < rows_; ++r) {
    for (std::size_t c = 0; c < cols_; ++c) {
      const double want = wide_[r * ld() + c];
      if (std::isfinite(want)) largest = std::max(largest, std::fabs(want));
      if (want != 0) ++nonzero;
    }
  }
  // A comparison of zeros with zeros proves nothing.
  if (nonzero * 4 < size()) return infinity;
  if (norm == 0) norm = largest;
  double worst = 0;
  for (std::size_t r = 0; r < rows_; ++r) {
    for (std::size_t c = 0; c < cols_; ++c) {
      const double want = wide_[r * ld() + c];
      const auto got = static_cast<double>(data_[r * ld() + c]);
      if (got == want || (std::isnan(got) && std::isnan(want))) continue;
      if (!std::isfinite(got) || !std::isfinite(want)) return infinity;
      worst = std::max(worst, std::fabs(got - want) / norm * 0x1p24);
    }
  }
  return worst;
}

bool Twin::intact() const {
  if (!std::all_of(data_ - kFront, data_, is_pattern)) return false;
  for (std::size_t r = 0; r + 1 < rows_; ++r) {
    const float* gap = data_ + r * ld() + cols_;
    if (!std::all_of(gap, gap + gap_, is_pattern)) return false;
  }
  return true;
}

bool Twin::same_bits(const Twin& other) const {
  if (rows_ != other.rows_ || cols_ != other.cols_) return false;
  for (std::size_t r = 0; r < rows_; ++r) {
    if (std::memcmp(data_ + r * ld(), other.data_ + r * other.ld(), cols_ * sizeof(float)) != 0) return false;
  }
  return true;
}

}  // namespace trm::simd::test
