#include "bench/profile/cost.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace trm::bench {
namespace {

double as_double(std::size_t n) {
  return static_cast<double>(n);
}

/// So many full or begun.
std::size_t groups(std::size_t n, std::size_t of) {
  return (n + of - 1) / std::max<std::size_t>(of, 1);
}

/// Floats of a register of the widest kind, in which the memory of linear attention is read.
constexpr std::size_t kLanes = 16;

CostFeatures product_features(const CaseSizes& s, const Tile& tile) {
  const double m = as_double(s[0]), k = as_double(s[2]);
  const double panels = as_double(groups(s[1], tile.columns));
  if (s[0] <= kFewRows) return {"matmul of few rows", {1, panels * k, panels * k * m, m * k, panels}};
  const double tiles = panels * as_double(groups(s[0], tile.rows));
  // The last block takes up to a half more.
  const std::size_t half = tile.depth / 2;
  const double blocks = tile.depth == 0 || s[2] <= half ? 1 : as_double(groups(s[2] - half, tile.depth));
  const double stored = panels * as_double(tile.columns) * m;
  return {"matmul", {1, stored * k, tiles * k, m * k, tiles * blocks, stored * blocks, m}};
}

}  // namespace

Tile product_tile(std::size_t rows, std::size_t columns, std::string_view type, std::string_view isa) {
  constexpr std::size_t kBlockFloats = 4096;
  return {rows, columns, type == "fp32" ? kBlockFloats / std::max<std::size_t>(columns, 1) : 0, lanes_of(isa)};
}

std::size_t lanes_of(std::string_view isa) {
  if (isa.starts_with("avx512") || isa == "amx") return 16;
  return isa.starts_with("avx2") ? 8 : 4;
}

CostFeatures cost_features(const KernelKind& kind, const CaseSizes& s, const Tile& tile) {
  const std::string_view name = kind.name;
  if (name == "matmul") return product_features(s, tile);
  if (name == "local_attention") {
    // Of the operations of a pair of query and key, four are for each element of a head and five for the pair.
    const double pairs = kind.flops(s) / (4 * as_double(s[3]) + 5);
    return {"local_attention", {1, as_double(s[0]) * as_double(s[2]), pairs, pairs * as_double(s[3])}};
  }
  if (name == "linear_attention") {
    const double heads = as_double(s[0]) * as_double(s[1]), dim = as_double(s[2]);
    // Rows of the memory are read in whole registers; what is no multiple of half a register goes another way.
    const double odd = s[2] % (kLanes / 2) == 0 ? 0 : heads * dim;
    return {"linear_attention", {1, heads, heads * dim, heads * dim * as_double(groups(s[2], kLanes)), odd}};
  }
  if (name == "pack" || name == "pack_transposed") {
    const double depth = as_double(s[0]);
    return {kind.name,
            {1, depth, depth * as_double(groups(s[1], tile.columns) * std::max<std::size_t>(tile.columns, 1))}};
  }
  if (name == "transpose") {
    constexpr std::size_t kSquare = 4;
    const double whole = as_double(s[0] / kSquare * kSquare) * as_double(s[1] / kSquare * kSquare);
    return {kind.name, {1, as_double(groups(s[0], kSquare)), whole, as_double(s[0]) * as_double(s[1]) - whole}};
  }
  if (name == "rope") return {"rope", {1, as_double(s[0]), as_double(s[0]) * as_double(s[1]) * as_double(s[2])}};
  if (name == "conv_silu")
    return {
        "conv_silu",
        {1, as_double(s[0]), as_double(s[0]) * as_double(s[1]), as_double(s[0]) * as_double(s[1]) * as_double(s[2])}};
  if (name == "grid_conv_silu") {
    const double cells = as_double(s[0]) * as_double(s[1]), elements = cells * as_double(s[2]);
    return {"grid_conv_silu", {1, cells, elements, elements * as_double(s[3]) * as_double(s[3])}};
  }
  if (name == "weight_gradient")
    return {"weight_gradient",
            {1, as_double(s[0]) * as_double(s[1]) * as_double(s[2]), as_double(s[1]) * as_double(s[2])}};
  const double elements = as_double(s[0]) * as_double(s[1] == 0 ? 1 : s[1]);
  if (s[1] == 0) return {kind.name, {1, elements}};
  // A row whose end fills no register is stored in part, and the next look at it has to wait for that.
  const double ragged = s[1] % std::max<std::size_t>(tile.lanes, 1) == 0 ? 0 : as_double(s[0]);
  if (name == "softmax")
    return {"softmax", {1, as_double(s[0]), as_double(s[0]) * as_double(groups(s[1], tile.lanes)), ragged}};
  return {kind.name, {1, as_double(s[0]), elements, ragged}};
}

std::size_t rate_terms(std::string_view kernel) {
  const std::string_view product = "matmul", few = "matmul of few rows";
  const KernelKind* kind = kernel_kind(kernel == few ? product : kernel);
  if (kind == nullptr) return 0;
  CaseSizes sizes{};
  // Sizes that a kernel does not have stay 0, which tells vectors from rows.
  std::fill_n(sizes.begin(), kind->size_count(), kernel == few ? 1 : kFewRows + 1);
  return cost_features(*kind, sizes, {}).values.size();
}

double core_seconds(const KernelRate& rate, const CostFeatures& features) {
  double out = 0;
  for (std::size_t i = 0; i < std::min(rate.seconds.size(), features.values.size()); ++i) {
    out += rate.seconds[i] * features.values[i];
  }
  return out;
}

std::vector<double> fit_rate(const std::vector<std::vector<double>>& rows, const std::vector<double>& seconds) {
  const std::size_t cases = rows.size(), width = rows.empty() ? 0 : rows.front().size();
  // Rows in shares of what was measured, columns of length 1: the descent then takes steps of one size.
  std::vector<double> length(width, 0);
  std::vector<std::vector<double>> a(cases, std::vector<double>(width));
  for (std::size_t i = 0; i < cases; ++i) {
    for (std::size_t j = 0; j < width; ++j) {
      a[i][j] = rows[i][j] / seconds[i];
      length[j] += a[i][j] * a[i][j];
    }
  }
  for (std::size_t j = 0; j < width; ++j) {
    length[j] = std::sqrt(length[j]);
    for (std::size_t i = 0; i < cases && length[j] > 0; ++i) a[i][j] /= length[j];
  }
  std::vector<double> x(width, 0), left(cases, 1);
  for (int turn = 0; turn < 20'000; ++turn) {
    double moved = 0;
    for (std::size_t j = 0; j < width; ++j) {
      if (!(length[j] > 0)) continue;
      double slope = 0;
      for (std::size_t i = 0; i < cases; ++i) slope += a[i][j] * left[i];
      const double step = std::max(slope, -x[j]);
      x[j] += step;
      moved = std::max(moved, std::abs(step));
      for (std::size_t i = 0; i < cases; ++i) left[i] -= step * a[i][j];
    }
    if (moved < 1e-9) break;
  }
  for (std::size_t j = 0; j < width; ++j) x[j] = length[j] > 0 ? x[j] / length[j] : 0;
  return x;
}

}  // namespace trm::bench
