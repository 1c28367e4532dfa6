#include "bench/profile/kernel_rates.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "bench/kernels/case.h"
#include "bench/profile/cost.h"
#include "reports/stats.h"

namespace trm::bench {
namespace {

/// What one rate is fitted to.
struct Calibration {
  const char* kernel;
  std::vector<CaseSizes> shapes;
  CaseSizes far;  ///< the shape that is timed with operands beyond the second-level cache
  bool of_each_type = false;
};

/// Shapes are between those of small and of published models, and of neither. Operands of all but the last two or so
/// lie in the second-level cache.
std::vector<Calibration> calibrations() {
  return {
      {"matmul",
       {{80, 72, 64},
        {80, 64, 72},
        {16, 256, 160},
        {25, 480, 192},
        {64, 320, 160},
        {96, 640, 256},
        {49, 768, 448},
        {100, 448, 448},
        {100, 448, 1344},
        {8, 320, 320},
        {128, 512, 640},
        {200, 224, 224}},
       {32, 448, 448},  // of more rows the work would hide in its noise what comes on top
       true},
      {"matmul",
       {{1, 96, 96}, {1, 256, 112}, {1, 480, 112}, {1, 112, 240}, {2, 256, 112}, {3, 256, 112}, {1, 40, 112}},
       {1, 768, 448},
       true},
      {"pack", {{40, 64}, {80, 64}, {120, 64}, {80, 32}, {400, 64}}, {400, 64}},
      {"pack_transposed", {{64, 40}, {64, 80}, {64, 120}, {32, 80}, {64, 400}}, {64, 400}},
      {"rms_norm", {{1, 112}, {40, 112}, {80, 144}, {80, 448}, {160, 320}}, {160, 448}},
      {"silu_gate", {{1, 240}, {40, 240}, {80, 448}, {50, 1344}}, {80, 1344}},
      {"softmax", {{1, 80}, {40, 72}, {80, 80}, {120, 144}, {300, 400}}, {300, 400}},
      {"rope", {{1, 3, 32}, {40, 2, 64}, {80, 3, 64}, {80, 7, 64}}, {160, 7, 64}},
      {"local_attention",
       {{1, 40, 8, 12, 48},
        {1, 90, 8, 12, 48},
        {30, 0, 8, 12, 48},
        {100, 0, 8, 12, 40},
        {100, 0, 6, 16, 48},
        {1, 60, 8, 16, 100}},
       {100, 0, 8, 12, 40}},
      {"linear_attention",
       {{1, 2, 8}, {1, 4, 8}, {1, 2, 12}, {1, 4, 16}, {40, 2, 8}, {100, 3, 16}, {100, 2, 24}},
       {100, 3, 16}},
      {"conv_silu", {{1, 112, 4}, {40, 112, 4}, {80, 144, 3}, {80, 320, 4}}, {200, 320, 4}},
      {"grid_conv_silu", {{4, 4, 112, 3}, {7, 7, 112, 3}, {10, 10, 144, 3}, {8, 8, 112, 5}}, {10, 10, 448, 3}},
      {"transpose", {{1, 112}, {1, 60}, {40, 112}, {80, 144}, {80, 448}, {112, 80}}, {160, 448}},
      {"gather", {{1, 112}, {40, 112}, {80, 448}}, {160, 448}},
      {"add", {{1000}, {9000}, {40'000}}, {100'000}},
      {"add_to", {{1000}, {9000}, {40'000}}, {100'000}},
      {"scale", {{1000}, {9000}, {90'000}}, {200'000}},
  };
}

/// Bytes that all copies of a case hold together when each run has to bring its operands from behind the second-level
/// cache.
std::size_t far_bytes(const std::vector<CacheLevel>& levels) {
  const CacheLevel& second = levels[1];
  const std::size_t beyond = 4 * second.bytes;
  return levels[2].bytes == 0 ? beyond : std::min(beyond, std::max(levels[2].bytes / 2, second.bytes));
}

/// Copies that fill a third of the second-level cache, where the operands of a model are when a kernel wants them: what
/// lies in the first level, with all of its pages known, is quicker.
std::size_t near_copies(double bytes, const std::vector<CacheLevel>& levels) {
  constexpr double kMostCopies = 256;
  if (levels.size() < 2 || levels[1].bytes == 0) return 1;
  return static_cast<std::size_t>(std::clamp(static_cast<double>(levels[1].bytes) / 3 / bytes, 1.0, kMostCopies));
}

/// Bytes that change from copy to copy.
double moved_bytes(const KernelCase& c, const simd::Kernels<float>& kernels) {
  if (std::string_view(c.kind->name) != "matmul") return c.bytes();
  return static_cast<double>(kernels.family(c.type).packed_bytes(c.sizes[2], c.sizes[1]));
}

/// A case that is timed again and again.
struct Timed {
  std::unique_ptr<CaseRun> run;
  std::size_t calls = 1;  ///< of a sample
  std::vector<double> seconds = {};
};

Timed prepared(const KernelCase& c, const simd::Kernels<float>& kernels, std::size_t copies, double least_s) {
  Timed out{c.make(kernels, copies)};
  for (std::size_t i = 0; i < copies; ++i) out.run->run();
  double each = 1;
  for (int i = 0; i < 3; ++i) each = std::min(each, time_of([&] { out.run->run(); }));
  // Each copy as often as the others.
  const std::size_t turns = static_cast<std::size_t>(least_s / (each * static_cast<double>(copies)));
  out.calls = copies * std::max<std::size_t>(1, turns);
  return out;
}

/// Seconds of a call: the lower quartile of pieces of a sample, which are too short to be interrupted as a rule.
double sample_seconds(Timed& timed) {
  constexpr double kPiece = 2e-4;
  std::vector<double> pieces;
  std::size_t in_piece = 1;
  for (std::size_t done = 0; done < timed.calls; done += in_piece) {
    const double each = time_of([&] {
                          for (std::size_t i = 0; i < in_piece; ++i) timed.run->run();
                        }) /
                        static_cast<double>(in_piece);
    pieces.push_back(each);
    // The first piece is one call.
    in_piece = std::clamp<std::size_t>(static_cast<std::size_t>(kPiece / each), 1, timed.calls);
  }
  if (pieces.size() > 1) pieces.erase(pieces.begin());
  return reports::percentile(std::move(pieces), 0.25).value_or(0);
}

/// A kernel in one type, on all of its shapes.
struct RateSeries {
  const Calibration* calibration;
  const KernelKind* kind;
  simd::WeightType type;
  bool reaches_far;          ///< the last two cases are one shape with its operands near and far
  std::vector<Timed> cases;  ///< those of calibration->shapes come first

  [[nodiscard]] KernelCase at(std::size_t i, const char* isa) const {
    const bool shape = i < calibration->shapes.size();
    return {kind, shape ? calibration->shapes[i] : calibration->far, type, isa};
  }
};

RateSeries make_series(const Calibration& calibration, simd::WeightType type, const simd::Kernels<float>& kernels,
                       const std::vector<CacheLevel>& levels, double least_s) {
  RateSeries out{&calibration, kernel_kind(calibration.kernel), type, false, {}};
  out.reaches_far = levels.size() > 2 && levels[1].bytes > 0 && levels[2].read_bytes_per_s > 0;
  const std::size_t shapes = calibration.shapes.size(), count = shapes + (out.reaches_far ? 2 : 0);
  for (std::size_t i = 0; i < count; ++i) {
    const KernelCase c = out.at(i, kernels.isa);
    const double bytes = moved_bytes(c, kernels);
    const std::size_t copies =
        i <= shapes ? near_copies(bytes, levels)
                    : static_cast<std::size_t>(std::ceil(static_cast<double>(far_bytes(levels)) / bytes));
    out.cases.push_back(prepared(c, kernels, copies, least_s));
  }
  return out;
}

KernelRate fit(const RateSeries& series, const simd::Kernels<float>& kernels, const std::vector<CacheLevel>& levels,
               const CaseSeen& seen) {
  const std::size_t shapes = series.calibration->shapes.size();
  const simd::Matmul<float>& family = kernels.family(series.type);
  const Tile tile = product_tile(family.tile_rows, family.tile_columns, simd::weight_type_name(series.type));
  KernelRate out;
  out.type = simd::weight_type_name(series.type);
  out.tile_rows = tile.rows;
  out.tile_columns = tile.columns;
  out.kernel = cost_features(*series.kind, series.calibration->far, tile).kernel;
  std::vector<std::vector<double>> rows;
  std::vector<double> seconds;
  for (std::size_t i = 0; i < series.cases.size(); ++i) {
    const Figure took = Figure::of(series.cases[i].seconds);
    const KernelCase c = series.at(i, kernels.isa);
    if (seen && i != shapes) seen(c, i > shapes, took);
    if (i < shapes) rows.push_back(cost_features(*series.kind, c.sizes, tile).values);
    seconds.push_back(took.low);  // others only lengthen it
  }
  if (series.reaches_far) {
    const double bytes = moved_bytes(series.at(shapes, kernels.isa), kernels);
    out.exposure =
        std::clamp((seconds.back() - seconds[seconds.size() - 2]) * levels[2].read_bytes_per_s / bytes, 0.0, 1.0);
  }
  seconds.resize(rows.size());
  out.seconds = fit_rate(rows, seconds);
  out.cases = rows.size();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double error = std::abs(core_seconds(out, {out.kernel, rows[i]}) / seconds[i] - 1);
    out.fit_error += error / static_cast<double>(rows.size());
  }
  return out;
}

}  // namespace

std::vector<KernelRate> measure_rates(const simd::Kernels<float>& kernels, std::span<const simd::WeightType> types,
                                      const std::vector<CacheLevel>& levels, std::size_t samples, double least_s,
                                      const CaseSeen& seen) {
  const std::vector<Calibration> kernels_to_time = calibrations();
  std::vector<RateSeries> all;
  for (const Calibration& calibration : kernels_to_time) {
    for (const simd::WeightType type : types) {
      const bool fp32 = type == simd::WeightType::fp32;
      if (calibration.of_each_type || fp32) all.push_back(make_series(calibration, type, kernels, levels, least_s));
    }
  }
  // Rounds over everything: whatever disturbs the machine for a while spoils a sample of each, and the least one is
  // kept.
  for (std::size_t round = 0; round < samples; ++round) {
    for (RateSeries& series : all) {
      for (Timed& timed : series.cases) timed.seconds.push_back(sample_seconds(timed));
    }
  }
  std::vector<KernelRate> out;
  out.reserve(all.size());
  for (const RateSeries& series : all) out.push_back(fit(series, kernels, levels, seen));
  return out;
}

}  // namespace trm::bench
