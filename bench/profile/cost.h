// What a kernel's time depends on: a few numbers of its shape, of which the time is taken to be a sum. The first is
// always 1, the call itself.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bench/kernels/case.h"
#include "bench/profile/limits.h"

namespace trm::bench {

/// Rows and columns that a product computes together (simd::Matmul::tile_rows, tile_columns), how much of k at a time
/// (0: all of it), and how many floats a register holds.
struct Tile {
  std::size_t rows = 1, columns = 1, depth = 0, lanes = 1;
};
/// fp32 weights pass in blocks of 16 KiB (simd/kernels_matmul.inl), and sums are stored and loaded between them; narrow
/// types sum up thousands of k at once.
Tile product_tile(std::size_t rows, std::size_t columns, std::string_view type, std::string_view isa);
/// Floats of a register of this instruction set.
std::size_t lanes_of(std::string_view isa);

struct CostFeatures {
  std::string kernel;          ///< KernelRate::kernel: "matmul", "matmul of few rows", "rms_norm"
  std::vector<double> values;  ///< values[0] is 1
};

/// Products of up to three rows are another loop than those of more, so their rates are apart. A product of more:
/// 1; columns of panels times rows times k (the work); tiles times k (reading the panel for each tile); rows times k
/// (turning rows into operands); tiles times blocks of k (beginning them); elements times blocks of k (storing them);
/// rows (the scale of each). Everything else: 1; rows; elements; rows that end within a register. Packing counts its
/// panels as full; a transpose has squares and what is left of them.
CostFeatures cost_features(const KernelKind& kind, const CaseSizes& sizes, const Tile& tile);

/// Of a product with few rows, which loads each weight once and does little with it.
inline constexpr std::size_t kFewRows = 3;

/// How many features the rate of that name (KernelRate::kernel) has; 0: no kernel is called so.
std::size_t rate_terms(std::string_view kernel);

/// Seconds that the rate gives; without memory beyond the second-level cache.
double core_seconds(const KernelRate& rate, const CostFeatures& features);

/// Coefficients >= 0 that make the mean of (fitted / measured - 1)^2 small: least squares without negative values, by
/// descent along one coordinate after another (Franc, Hlavac and Navara 2005). rows[i]: features of case i;
/// seconds[i] > 0: what it took. Pure.
std::vector<double> fit_rate(const std::vector<std::vector<double>>& rows, const std::vector<double>& seconds);

}  // namespace trm::bench
