#include "engine/sys/memory.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "engine/sys/proc_file.h"
#include "engine/sys/topology.h"

namespace trm {
namespace {

// "Key:   123 kB" in a file of such lines, as bytes; 0: absent.
std::size_t kilobytes_field(const std::string& path, std::string_view key) {
  const std::string text = read_proc_file(path);
  for (std::size_t line = 0; line < text.size();) {
    const std::size_t end = std::min(text.find('\n', line), text.size());
    if (std::string_view(text).substr(line).starts_with(key)) {
      return static_cast<std::size_t>(std::strtoull(text.c_str() + line + key.size(), nullptr, 10)) * 1024;
    }
    line = end + 1;
  }
  return 0;
}

std::uint64_t nanoseconds(const timeval& t) {
  return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(t.tv_usec) * 1'000;
}

}  // namespace

std::size_t rss_bytes() {
  return kilobytes_field("/proc/self/status", "VmRSS:");
}

std::size_t rss_peak_bytes() {
  const std::size_t peak = kilobytes_field("/proc/self/status", "VmHWM:");
  if (peak != 0) return peak;
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

std::size_t rss_peak_bytes(int process) {
  return kilobytes_field("/proc/" + std::to_string(process) + "/status", "VmHWM:");
}

bool reset_rss_peak() {
  const int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool done = write(fd, "5", 1) == 1;
  close(fd);
  return done;
}

ProcessUsage process_usage() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return {};
  return {nanoseconds(usage.ru_utime), nanoseconds(usage.ru_stime), static_cast<std::uint64_t>(usage.ru_minflt),
          static_cast<std::uint64_t>(usage.ru_majflt), static_cast<std::uint64_t>(usage.ru_nivcsw)};
}

std::string transparent_huge_pages() {
  const std::string text = read_proc_file("/sys/kernel/mm/transparent_hugepage/enabled");
  const std::size_t open_bracket = text.find('['), close_bracket = text.find(']');
  if (open_bracket == std::string::npos || close_bracket == std::string::npos || close_bracket < open_bracket) {
    return "not available";
  }
  return text.substr(open_bracket + 1, close_bracket - open_bracket - 1);
}

std::size_t huge_page_bytes() {
  return kilobytes_field("/proc/self/smaps_rollup", "AnonHugePages:");
}

std::size_t available_memory_bytes(Swap swap) {
  std::size_t available = kilobytes_field("/proc/meminfo", "MemAvailable:");
  if (available == 0) available = SIZE_MAX;
  if (available != SIZE_MAX && swap == Swap::counted) available += kilobytes_field("/proc/meminfo", "SwapFree:");
  const auto limit = [&available](std::size_t limit_bytes, std::size_t used_bytes) {
    available = std::min(available, limit_bytes - std::min(limit_bytes, used_bytes));
  };
  const MemoryLimit group = cgroup_memory_limit();
  if (group.limit_bytes != 0) limit(group.limit_bytes, group.used_bytes);
  for (const auto& [resource, used] : {std::pair{RLIMIT_AS, "VmSize:"}, std::pair{RLIMIT_DATA, "VmData:"}}) {
    rlimit of{};
    if (getrlimit(resource, &of) != 0 || of.rlim_cur == RLIM_INFINITY) continue;
    limit(static_cast<std::size_t>(of.rlim_cur), kilobytes_field("/proc/self/status", used));
  }
  return available;
}

std::size_t stack_bytes() {
  constexpr std::size_t kUsual = std::size_t{2} << 20;
  rlimit stack{};
  const bool bounded = getrlimit(RLIMIT_STACK, &stack) == 0 && stack.rlim_cur != RLIM_INFINITY;
  return bounded ? static_cast<std::size_t>(stack.rlim_cur) : kUsual;
}

Status check_memory(std::size_t bytes, const std::string& file, const std::string& field) {
  constexpr std::size_t kSmall = std::size_t{1} << 20;  // not worth a look
  if (bytes <= kSmall) return {};
  const std::size_t available = available_memory_bytes();
  if (bytes <= available) return {};
  const std::string wanted = bytes == SIZE_MAX ? "more bytes than can be counted" : std::to_string(bytes) + " bytes";
  return Error{ErrorCode::unsupported, file, field,
               "does not fit into memory: needs " + wanted + ", " + std::to_string(available) + " are available",
               "use a smaller one, or free some memory or raise the limit (ulimit -v, memory of the cgroup)"};
}

}  // namespace trm
