// The bar of everything that takes a while: trainings, benchmarks, the building of data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace trm::cli {

/// A line on standard error that redraws itself on a terminal; elsewhere nothing, or now and then a line.
class ProgressBar {
 public:
  enum class Elsewhere { silent, lines };
  /// unit: of what is counted; empty: no rate is shown. first: units done before this session, which do not count in
  /// it.
  explicit ProgressBar(std::string unit, std::size_t first = 0, Elsewhere elsewhere = Elsewhere::silent);

  /// Is it time to draw? Always for the last unit; total 0: not known.
  [[nodiscard]] bool due(std::size_t done, std::size_t total);
  /// "label [###...] 30/100  status  3.2 steps/s  22 s left". Another label starts the clock of the rate again.
  void draw(std::string_view label, std::size_t done, std::size_t total, std::string_view status = "");
  /// Makes room for a line; a drawn bar is gone then.
  void clear();
  /// Leaves the bar as it stands.
  void finish();
  /// Since the bar was made.
  [[nodiscard]] double seconds() const;

 private:
  std::string unit_, label_;
  std::size_t first_;
  bool terminal_, lines_;
  std::int64_t begin_, counted_, drawn_;  ///< now_ns()
  std::size_t width_ = 0;                 ///< of what stands on the line
};

}  // namespace trm::cli
