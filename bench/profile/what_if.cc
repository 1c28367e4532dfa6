#include "bench/profile/what_if.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "engine/base/closest.h"

namespace trm::bench {
namespace {

enum class ChangeKind : unsigned char { factor, bytes, rate, time, frequency, count };

struct Value {
  ChangeKind kind = ChangeKind::factor;
  double number = 0;
};

struct Unit {
  const char* name;
  ChangeKind kind;
  double scale;
};
constexpr Unit kUnits[] = {
    {"x", ChangeKind::factor, 1},        {"KiB", ChangeKind::bytes, 1024},    {"MiB", ChangeKind::bytes, 1 << 20},
    {"GiB", ChangeKind::bytes, 1 << 30}, {"GB/s", ChangeKind::rate, 1e9},     {"TB/s", ChangeKind::rate, 1e12},
    {"ns", ChangeKind::time, 1},         {"us", ChangeKind::time, 1e3},       {"GHz", ChangeKind::frequency, 1},
    {"GFLOP/s", ChangeKind::rate, 1e9},  {"TFLOP/s", ChangeKind::rate, 1e12}, {"", ChangeKind::count, 1},
};
/// A machine that is more than so many times another is a slip of the finger.
constexpr double kMostFactor = 1e6;
constexpr double kMostCores = 1024;

Error wrong_change(std::string_view word, std::string message, std::string fix) {
  return Error{ErrorCode::usage, "", "--what-if", fmt::format("\"{}\": {}", word, message), std::move(fix)};
}

std::optional<Value> parse_value(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(number) || !(number > 0)) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const Unit& known : kUnits) {
    if (unit == known.name) return Value{known.kind, number * known.scale};
  }
  return std::nullopt;
}

/// Samples and value together.
void scale(Figure& figure, double factor) {
  for (double* x : {&figure.value, &figure.low, &figure.high}) *x *= factor;
  for (double& x : figure.samples) x *= factor;
}

/// The work of kernels becomes so many times as fast; what a call costs stays.
void speed_up(MachineLimits& limits, double factor, std::string_view type) {
  for (KernelRate& rate : limits.rates) {
    const bool product = rate.kernel.starts_with("matmul");
    const bool meant = type.empty() || (product ? rate.type == type : type == "fp32");
    for (std::size_t i = 1; meant && i < rate.seconds.size(); ++i) rate.seconds[i] /= factor;
  }
  for (PeakLimit& peak : limits.peaks) {
    if (type.empty() || peak.type == type) scale(peak.ops_per_s, factor);
  }
}

class Change {
 public:
  Change(std::string_view word, std::string_view field, Value value, WhatIf& out)
      : word_(word), field_(field), value_(value), out_(out) {}

  Status apply() {
    MachineLimits& l = out_.limits;
    if (field_ == "cores") return cores();
    if (field_ == "clock") {
      double now = 0;
      for (const ClockLimit& clock : l.clocks) now = std::max(now, clock.ghz.value);
      const Result<double> factor = factor_from(now, ChangeKind::frequency, "a factor (1.2x) or a frequency (3.5GHz)");
      if (!factor.ok()) return factor.error();
      speed_up(l, *factor, "");
      for (ClockLimit& clock : l.clocks) scale(clock.ghz, *factor);
      for (CacheLevel& level : l.levels) {
        if (level.name == "L1" || level.name == "L2") scale_level(level, *factor);
      }
      return {};
    }
    if (field_.starts_with("peak.")) {
      const std::string_view type = field_.substr(5);
      const Result<double> factor =
          factor_from(l.peak_ops_per_s(type), ChangeKind::rate, "a factor (2x) or a rate (500GFLOP/s)");
      if (!factor.ok()) return factor.error();
      speed_up(l, *factor, type);
      return {};
    }
    if (field_ == "barrier") {
      const Result<double> factor =
          factor_from(l.sync_ns("barrier", 2), ChangeKind::time, "a factor (2x) or a time (300ns)");
      if (!factor.ok()) return factor.error();
      for (SyncLimit& sync : l.syncs) scale(sync.ns, *factor);
      return {};
    }
    return cache();
  }

 private:
  Status cores() {
    if (value_.kind != ChangeKind::count || value_.number != std::floor(value_.number) || value_.number > kMostCores) {
      return needs("a whole number from 1 to 1024");
    }
    out_.threads = static_cast<std::size_t>(value_.number);
    return {};
  }

  /// "l2" is a size, "l2.bandwidth" and "dram" are rates.
  Status cache() {
    const bool memory = field_ == "dram", bandwidth = memory || field_.ends_with(".bandwidth");
    const std::string name = memory ? "DRAM" : fmt::format("L{}", field_[1]);
    const auto level = std::ranges::find(out_.limits.levels, name, &CacheLevel::name);
    if (level == out_.limits.levels.end()) {
      return wrong_change(word_, fmt::format("this profile has not measured {}", name),
                          "profile the machine without --quick, whose working sets are small");
    }
    if (bandwidth) {
      const Result<double> factor =
          factor_from(level->read_bytes_per_s, ChangeKind::rate, "a factor (0.5x) or a bandwidth (100GB/s)");
      if (!factor.ok()) return factor.error();
      scale_level(*level, *factor);
      return {};
    }
    const Result<double> factor =
        factor_from(static_cast<double>(level->bytes), ChangeKind::bytes, "a factor (2x) or a size (2MiB, 512KiB)");
    if (!factor.ok()) return factor.error();
    level->bytes = static_cast<std::size_t>(static_cast<double>(level->bytes) * *factor);
    return {};
  }

  static void scale_level(CacheLevel& level, double factor) {
    level.read_bytes_per_s *= factor;
    level.all_read_bytes_per_s *= factor;
  }

  Status needs(const char* what) const {
    return wrong_change(word_, fmt::format("{} needs {}", field_, what), "write it so");
  }

  /// How many times `now` the value is.
  [[nodiscard]] Result<double> factor_from(double now, ChangeKind kind, const char* what) const {
    if (value_.kind != ChangeKind::factor && value_.kind != kind) return needs(what).error();
    if (!(now > 0)) {
      return wrong_change(word_, fmt::format("this profile has not measured {}", field_),
                          "profile the machine without --quick");
    }
    const double factor = value_.kind == ChangeKind::factor ? value_.number : value_.number / now;
    if (factor > kMostFactor || factor < 1 / kMostFactor)
      return needs("a value within a million times of today's").error();
    return factor;
  }

  std::string_view word_, field_;
  Value value_;
  WhatIf& out_;
};

}  // namespace

const std::vector<WhatIfField>& what_if_fields() {
  static const std::vector<WhatIfField> fields = {
      {"cores", "threads of the prediction"},
      {"clock", "frequency: the work of all kernels, L1 and L2"},
      {"peak.fp32", "rate of products with fp32 weights and of everything that is no product"},
      {"peak.bf16", "rate of products with bf16 weights"},
      {"peak.int8", "rate of products with int8 weights"},
      {"l1", "size of the first-level cache of a core"},
      {"l2", "size of the second-level cache"},
      {"l3", "size of the third-level cache"},
      {"l2.bandwidth", "bytes that a core reads from it in a second"},
      {"l3.bandwidth", "the same of the third level"},
      {"dram", "the same of memory"},
      {"barrier", "time in which threads meet"},
  };
  return fields;
}

namespace {

struct NamedValue {
  std::string_view word, field;
  Value value;
};

Result<std::vector<NamedValue>> parse_changes(std::string_view text) {
  std::vector<NamedValue> out;
  std::vector<std::string> known;
  for (const WhatIfField& field : what_if_fields()) known.emplace_back(field.name);
  std::set<std::string_view> seen;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(','));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    const std::size_t equals = word.find('=');
    const std::string_view field = word.substr(0, equals);
    if (std::find(known.begin(), known.end(), field) == known.end()) {
      const std::string near = closest(field, known);
      return wrong_change(
          word, fmt::format("no field is called \"{}\"", field),
          near.empty() ? fmt::format("use some of {}", fmt::join(known, ", ")) : fmt::format("did you mean {}?", near));
    }
    const std::optional<Value> value =
        equals == std::string_view::npos ? std::nullopt : parse_value(word.substr(equals + 1));
    if (!value) {
      return wrong_change(word, "has no value above 0", fmt::format("write {}=2x, or a value with its unit", field));
    }
    if (!seen.insert(field).second) return wrong_change(word, fmt::format("names {} twice", field), "name it once");
    out.push_back({word, field, *value});
  }
  return out;
}

}  // namespace

Status check_what_if(std::string_view text) {
  const Result<std::vector<NamedValue>> changes = parse_changes(text);
  return changes.ok() ? Status() : Status(changes.error());
}

Result<WhatIf> apply_what_if(std::string_view text, const MachineLimits& limits, std::size_t threads) {
  const Result<std::vector<NamedValue>> changes = parse_changes(text);
  if (!changes.ok()) return changes.error();
  WhatIf out{limits, threads};
  for (const NamedValue& change : *changes) {
    if (Status s = Change(change.word, change.field, change.value, out).apply(); !s.ok()) return s.error();
  }
  return out;
}

}  // namespace trm::bench
