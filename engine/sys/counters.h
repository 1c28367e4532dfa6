// Hardware event counters of the calling thread (perf_event_open), where the kernel and the machine have them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/status.h"

namespace trm {

enum class CounterEvent : unsigned char { cycles, instructions, cache_misses, branch_misses, tlb_misses };
inline constexpr std::size_t kCounterEvents = 5;
/// "cycles", "instructions", "cache_misses", "branch_misses", "tlb_misses".
const char* counter_name(CounterEvent event);

/// One look at an event: counted while it ran on the hardware, which may have been a part of the time only.
struct CounterValue {
  std::uint64_t count = 0, enabled_ns = 0, running_ns = 0;
};

/// Where counts come from; a script stands in for the kernel in tests.
class CounterSource {
 public:
  virtual ~CounterSource() = default;
  /// Error (unsupported): the event is not available, with the reason.
  virtual Status open(CounterEvent event) = 0;
  /// Of an open event, since it was opened.
  virtual Result<CounterValue> read(CounterEvent event) = 0;

 protected:
  CounterSource() = default;
  CounterSource(const CounterSource&) = default;
  CounterSource& operator=(const CounterSource&) = default;
};

/// The kernel's counters, user space of the calling thread only.
std::unique_ptr<CounterSource> kernel_counters();

struct CountedEvent {
  CounterEvent event;
  double count;  ///< scaled up where the hardware counted a part of the time
};

/// Those events that a source has.
class Counters {
 public:
  /// Error (unsupported): the source has none of the events; the reason of the first.
  static Result<Counters> open(std::unique_ptr<CounterSource> source);
  /// Counts between begin() and this. An event that never ran on the hardware meanwhile is left out.
  Status begin();
  Result<std::vector<CountedEvent>> end();

 private:
  explicit Counters(std::unique_ptr<CounterSource> source) : source_(std::move(source)) {}

  std::unique_ptr<CounterSource> source_;
  std::vector<CounterEvent> events_;
  std::array<CounterValue, kCounterEvents> before_{};
};

}  // namespace trm
