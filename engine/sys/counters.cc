#include "engine/sys/counters.h"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

#include "engine/sys/file_descriptor.h"
#include "engine/sys/proc_file.h"

namespace trm {
namespace {

struct EventRow {
  const char* name;
  std::uint32_t type;
  std::uint64_t config;
};
constexpr std::uint64_t kDataTlbReadMisses =
    PERF_COUNT_HW_CACHE_DTLB | PERF_COUNT_HW_CACHE_OP_READ << 8U | PERF_COUNT_HW_CACHE_RESULT_MISS << 16U;
constexpr EventRow kEvents[] = {
    {"cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES},
    {"instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS},
    {"cache_misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES},
    {"branch_misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES},
    {"tlb_misses", PERF_TYPE_HW_CACHE, kDataTlbReadMisses},
};
static_assert(std::size(kEvents) == kCounterEvents);

const EventRow& row(CounterEvent event) {
  return kEvents[static_cast<std::size_t>(event)];
}

/// What the system means by an error number of perf_event_open.
std::string refusal(int error) {
  if (error == ENOENT || error == EOPNOTSUPP || error == ENODEV) {
    return "the machine has no such counter (a virtual machine often has none)";
  }
  if (error == EACCES || error == EPERM) {
    std::string level = read_proc_file("/proc/sys/kernel/perf_event_paranoid");
    while (level.ends_with('\n')) level.pop_back();
    return "the kernel does not allow it" + (level.empty() ? "" : " (kernel.perf_event_paranoid is " + level + ")");
  }
  if (error == ENOSYS) return "the kernel has no perf_event_open, or a sandbox hides it";
  return std::generic_category().message(error);
}

class KernelSource final : public CounterSource {
 public:
  Status open(CounterEvent event) override {
    perf_event_attr attributes{};
    attributes.size = sizeof attributes;
    attributes.type = row(event).type;
    attributes.config = row(event).config;
    attributes.exclude_kernel = 1;
    attributes.exclude_hv = 1;
    attributes.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
    const long fd = ::syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
    if (fd < 0) return Error{ErrorCode::unsupported, "", row(event).name, refusal(errno), ""};
    files_[static_cast<std::size_t>(event)].emplace(static_cast<int>(fd));
    return {};
  }

  Result<CounterValue> read(CounterEvent event) override {
    std::array<std::uint64_t, 3> values{};
    const ssize_t got = ::read(files_[static_cast<std::size_t>(event)]->get(), values.data(), sizeof values);
    if (got != static_cast<ssize_t>(sizeof values)) {
      return Error{ErrorCode::io, "", row(event).name, "cannot be read: " + std::generic_category().message(errno), ""};
    }
    return CounterValue{values[0], values[1], values[2]};
  }

 private:
  std::array<std::optional<FileDescriptor>, kCounterEvents> files_;
};

}  // namespace

const char* counter_name(CounterEvent event) {
  return row(event).name;
}

std::unique_ptr<CounterSource> kernel_counters() {
  return std::make_unique<KernelSource>();
}

Result<Counters> Counters::open(std::unique_ptr<CounterSource> source) {
  Counters out(std::move(source));
  Status first;
  for (std::size_t e = 0; e < kCounterEvents; ++e) {
    const auto event = static_cast<CounterEvent>(e);
    const Status opened = out.source_->open(event);
    if (opened.ok()) {
      out.events_.push_back(event);
    } else if (first.ok()) {
      first = opened;
    }
  }
  if (out.events_.empty()) return first.error();
  return out;
}

Status Counters::begin() {
  for (const CounterEvent event : events_) {
    const Result<CounterValue> value = source_->read(event);
    if (!value.ok()) return value.error();
    before_[static_cast<std::size_t>(event)] = *value;
  }
  return {};
}

Result<std::vector<CountedEvent>> Counters::end() {
  std::vector<CountedEvent> out;
  for (const CounterEvent event : events_) {
    const Result<CounterValue> now = source_->read(event);
    if (!now.ok()) return now.error();
    const CounterValue& before = before_[static_cast<std::size_t>(event)];
    const std::uint64_t running = now->running_ns - before.running_ns, enabled = now->enabled_ns - before.enabled_ns;
    if (running == 0) continue;
    const double part = static_cast<double>(enabled) / static_cast<double>(running);
    out.push_back({event, static_cast<double>(now->count - before.count) * part});
  }
  return out;
}

}  // namespace trm
