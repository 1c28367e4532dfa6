#include "bench/profile/kernel_rates.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string_view>
#include <utility>

#include "bench/kernels/case.h"
#include "bench/profile/cost.h"
#include "reports/stats.h"

namespace trm::bench {

// Not in the unnamed namespace, since a class of the header holds them.

/// What one rate is fitted to.
struct RateCalibration {
  const char* kernel;
  std::vector<CaseSizes> shapes;
  CaseSizes far;  ///< the shape that is timed with operands beyond the second-level cache
  bool of_each_type = false;
  CaseSizes far_with_more = {};  ///< the same bytes with more work; 0: there is none
};

/// A case that is timed again and again.
struct TimedCase {
  std::unique_ptr<CaseRun> run;
  std::size_t calls = 1;  ///< of a sample
  std::vector<double> seconds = {};
};

namespace {

/// Shapes are between those of small and of published models, and of neither. The operands of those that are timed near
/// fit into a third of a second-level cache of 1 MiB, in any type. Wide and narrow, deep and shallow products tell
/// their terms apart.
const std::vector<RateCalibration>& calibrations() {
  static const std::vector<RateCalibration> all = {
      {"matmul",
       {{80, 72, 64},
        {80, 64, 72},
        {16, 256, 160},
        {25, 480, 176},
        {64, 320, 160},
        {96, 320, 256},
        {49, 384, 224},
        {100, 224, 384},
        {100, 128, 640},
        {8, 320, 256},
        {128, 256, 320},
        {200, 224, 224},
        {72, 640, 40},
        {80, 640, 112},
        {80, 40, 320},
        {112, 48, 192},
        {48, 96, 20}},
       {32, 448, 448},
       true,
       {96, 448, 448}},
      {"matmul",
       {{1, 96, 112}, {1, 256, 112}, {1, 480, 112}, {1, 112, 240}, {2, 256, 112}, {3, 256, 112}, {1, 40, 112}},
       {1, 768, 448},
       true},
      {"pack", {{40, 64}, {80, 64}, {120, 64}, {80, 32}, {400, 64}}, {400, 64}},
      {"pack_transposed", {{64, 40}, {64, 80}, {64, 120}, {32, 80}, {64, 400}}, {64, 400}},
      {"rms_norm", {{1, 112}, {40, 112}, {80, 144}, {80, 448}, {160, 320}, {40, 90}, {90, 135}}, {160, 448}},
      {"silu_gate", {{1, 240}, {40, 240}, {80, 448}, {50, 1344}, {60, 90}, {40, 135}}, {80, 1344}},
      {"softmax", {{1, 80}, {40, 75}, {80, 80}, {120, 144}, {300, 400}, {90, 135}, {60, 48}}, {300, 400}},
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
       {{1, 2, 8}, {1, 4, 8}, {1, 2, 12}, {1, 4, 16}, {40, 2, 8}, {60, 3, 12}, {100, 3, 16}, {100, 2, 24}},
       {100, 3, 16}},
      {"conv_silu", {{1, 112, 4}, {40, 112, 4}, {80, 144, 3}, {80, 320, 4}}, {200, 320, 4}},
      {"grid_conv_silu", {{4, 4, 112, 3}, {7, 7, 112, 3}, {10, 10, 144, 3}, {8, 8, 112, 5}}, {10, 10, 448, 3}},
      {"transpose", {{1, 112}, {1, 60}, {40, 112}, {80, 144}, {80, 448}, {112, 80}, {90, 135}, {63, 112}}, {160, 448}},
      {"gather", {{1, 112}, {40, 112}, {80, 448}, {40, 90}}, {160, 448}},
      {"add", {{1000}, {9000}, {40'000}}, {100'000}},
      {"add_to", {{1000}, {9000}, {40'000}}, {100'000}},
      {"scale", {{1000}, {9000}, {90'000}}, {200'000}},
  };
  return all;
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

TimedCase prepared(const KernelCase& c, const simd::Kernels<float>& kernels, std::size_t copies, double least_s) {
  TimedCase out{c.make(kernels, copies)};
  for (std::size_t i = 0; i < copies; ++i) out.run->run();
  double each = 1;
  for (int i = 0; i < 3; ++i) each = std::min(each, time_of([&] { out.run->run(); }));
  // Each copy as often as the others.
  const std::size_t turns = static_cast<std::size_t>(least_s / (each * static_cast<double>(copies)));
  out.calls = copies * std::max<std::size_t>(1, turns);
  return out;
}

/// Seconds of a call: the lower quartile of pieces of a sample, which are too short to be interrupted as a rule.
double sample_seconds(TimedCase& timed) {
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

}  // namespace

/// A kernel in one type, on all of its shapes.
struct RateMeter::Series {
  const RateCalibration* calibration;
  const KernelKind* kind;
  simd::WeightType type;
  bool reaches_far;              ///< the last two or four cases are one or two shapes, each near and far
  std::vector<TimedCase> cases;  ///< those of calibration->shapes come first

  [[nodiscard]] KernelCase at(std::size_t i, const char* isa) const {
    const std::size_t shapes = calibration->shapes.size();
    const CaseSizes& sizes = i < shapes       ? calibration->shapes[i]
                             : i < shapes + 2 ? calibration->far
                                              : calibration->far_with_more;
    return {kind, sizes, type, isa};
  }
  static Series make(const RateCalibration& calibration, simd::WeightType type, const simd::Kernels<float>& kernels,
                     const std::vector<CacheLevel>& levels, double least_s);
  [[nodiscard]] KernelRate fit(const simd::Kernels<float>& kernels, const std::vector<CacheLevel>& levels,
                               const CaseSeen& seen) const;
};

RateMeter::Series RateMeter::Series::make(const RateCalibration& calibration, simd::WeightType type,
                                          const simd::Kernels<float>& kernels, const std::vector<CacheLevel>& levels,
                                          double least_s) {
  Series out{&calibration, kernel_kind(calibration.kernel), type, false, {}};
  out.reaches_far = levels.size() > 2 && levels[1].bytes > 0 && levels[2].read_bytes_per_s > 0;
  const std::size_t shapes = calibration.shapes.size();
  const std::size_t far = !out.reaches_far ? 0 : calibration.far_with_more[0] == 0 ? 2 : 4;
  for (std::size_t i = 0; i < shapes + far; ++i) {
    const KernelCase c = out.at(i, kernels.isa);
    const double bytes = moved_bytes(c, kernels);
    const std::size_t copies =
        i < shapes || (i - shapes) % 2 == 0
            ? near_copies(bytes, levels)
            : static_cast<std::size_t>(std::ceil(static_cast<double>(far_bytes(levels)) / bytes));
    out.cases.push_back(prepared(c, kernels, copies, least_s));
  }
  return out;
}

KernelRate RateMeter::Series::fit(const simd::Kernels<float>& kernels, const std::vector<CacheLevel>& levels,
                                  const CaseSeen& seen) const {
  const std::size_t shapes = calibration->shapes.size();
  const simd::Matmul<float>& family = kernels.family(type);
  const Tile tile = product_tile(family.tile_rows, family.tile_columns, simd::weight_type_name(type), kernels.isa);
  KernelRate out;
  out.type = simd::weight_type_name(type);
  out.tile_rows = tile.rows;
  out.tile_columns = tile.columns;
  out.kernel = cost_features(*kind, calibration->far, tile).kernel;
  std::vector<std::vector<double>> rows;
  std::vector<double> seconds;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Figure took = Figure::of(cases[i].seconds);
    const KernelCase c = at(i, kernels.isa);
    // What a far case is compared with is no sample of its own: some shapes of the list are the same.
    const bool near_twin = i >= shapes && (i - shapes) % 2 == 0;
    if (seen && !near_twin) seen(c, i >= shapes, took);
    if (i < shapes) rows.push_back(cost_features(*kind, c.sizes, tile).values);
    seconds.push_back(took.low);  // others only lengthen it
  }
  if (reaches_far) {
    // Near and far, and where work can hide much of it, the same with more work.
    constexpr double kMostExposure = 4;
    const auto extra = [&](std::size_t at_far) { return std::max(0.0, seconds[at_far + 1] - seconds[at_far]); };
    if (cases.size() > shapes + 2) {
      const double more = seconds[shapes + 2] - seconds[shapes];
      out.hidden = std::clamp((extra(shapes) - extra(shapes + 2)) / more, 0.0, 1.0);
    }
    const double bytes = moved_bytes(at(shapes, kernels.isa), kernels);
    out.exposure =
        std::min((extra(shapes) + out.hidden * seconds[shapes]) * levels[2].read_bytes_per_s / bytes, kMostExposure);
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

RateMeter::RateMeter(const simd::Kernels<float>& kernels, std::span<const simd::WeightType> types,
                     std::vector<CacheLevel> levels, double least_s)
    : kernels_(kernels), levels_(std::move(levels)) {
  for (const RateCalibration& calibration : calibrations()) {
    for (const simd::WeightType type : types) {
      const bool fp32 = type == simd::WeightType::fp32;
      if (calibration.of_each_type || fp32)
        series_.push_back(Series::make(calibration, type, kernels, levels_, least_s));
    }
  }
}

RateMeter::RateMeter(RateMeter&&) noexcept = default;
RateMeter::~RateMeter() = default;

void RateMeter::round() {
  for (Series& series : series_) {
    for (TimedCase& timed : series.cases) timed.seconds.push_back(sample_seconds(timed));
  }
}

std::vector<KernelRate> RateMeter::rates(const CaseSeen& seen) const {
  std::vector<KernelRate> out;
  out.reserve(series_.size());
  for (const Series& series : series_) out.push_back(series.fit(kernels_, levels_, seen));
  return out;
}

}  // namespace trm::bench
