#include "bench/harness/environment.h"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <ctime>

#include "bench/commit.h"
#include "engine/sys/memory.h"
#include "engine/sys/proc_file.h"
#include "engine/sys/topology.h"
#include "simd/cpu.h"

namespace trm::bench {

namespace {

/// The text up to its first line end.
std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

std::string or_absent(const std::string& text) {
  return text.empty() ? "not available" : text;
}

std::string now_text() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char buffer[32];
  return {buffer, std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

std::string cpu_field(const std::string& name) {
  const std::string text = read_proc_file("/proc/cpuinfo");
  const std::size_t at = text.find(name);
  if (at == std::string::npos) return {};
  const std::size_t colon = text.find(": ", at);
  return colon == std::string::npos ? std::string{} : first_line(text.substr(colon + 2));
}

std::string kernel_text() {
  utsname name{};
  if (::uname(&name) != 0) return {};
  return fmt::format("{} {} {}", name.sysname, name.release, name.machine);
}

}  // namespace

std::string_view build_commit() {
  return TRM_BENCH_COMMIT;
}
std::string_view build_type() {
  return TRM_BENCH_BUILD_TYPE;
}
std::string_view build_compiler() {
  return TRM_BENCH_COMPILER;
}
std::string_view build_flags() {
  return TRM_BENCH_FLAGS;
}

std::vector<reports::EnvironmentEntry> capture_environment(const RunFacts& facts) {
  const Topology topology = detect_topology();
  return {
      {"date", now_text()},
      {"version", TRM_BENCH_VERSION},
      {"commit", std::string(build_commit())},
      {"compiler", std::string(build_compiler())},
      {"flags", std::string(build_flags())},
      {"build_type", std::string(build_type())},
      {"machine", simd::cpu_description()},
      {"cpu_count", std::to_string(topology.machine_cpus)},
      {"topology", topology.description()},
      {"isa", facts.isa},
      {"isa_cap", facts.isa_cap.empty() ? "none" : facts.isa_cap},
      {"weights", facts.weights},
      {"pinning", facts.pinning},
      {"cpu_quota", topology.quota == 0 ? "none" : fmt::format("{} CPUs", topology.quota)},
      {"page_bytes", std::to_string(::sysconf(_SC_PAGESIZE))},
      {"huge_pages", transparent_huge_pages()},
      {"governor", or_absent(first_line(read_proc_file("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")))},
      {"microcode", or_absent(cpu_field("microcode"))},
      {"kernel", or_absent(kernel_text())},
      {"load", or_absent(first_line(read_proc_file("/proc/loadavg")))},
  };
}

}  // namespace trm::bench
