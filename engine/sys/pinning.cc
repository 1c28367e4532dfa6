#include "engine/sys/pinning.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <map>
#include <thread>
#include <tuple>
#include <utility>

#include "engine/sys/proc_file.h"

namespace trm {
namespace {

/// The kernel counts in ticks of 10 ms.
constexpr std::chrono::milliseconds kWindow{50};

struct Ticks {
  std::uint64_t idle = 0, all = 0;
};

/// "cpu3 user nice system idle iowait irq softirq steal ..." of each CPU.
std::map<int, Ticks> read_ticks(std::string_view text) {
  std::map<int, Ticks> out;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!line.starts_with("cpu") || line.size() < 5 || line[3] == ' ') continue;
    const char* const end = line.data() + line.size();
    int cpu = 0;
    auto read = std::from_chars(line.data() + 3, end, cpu);
    if (read.ec != std::errc()) continue;
    Ticks ticks;
    // What guests take is part of user and nice already.
    constexpr int kFields = 8, kIdle = 3, kIoWait = 4;
    for (int field = 0; field < kFields; ++field) {
      while (read.ptr != end && *read.ptr == ' ') ++read.ptr;
      std::uint64_t value = 0;
      read = std::from_chars(read.ptr, end, value);
      if (read.ec != std::errc()) break;
      ticks.all += value;
      if (field == kIdle || field == kIoWait) ticks.idle += value;
    }
    out[cpu] = ticks;
  }
  return out;
}

/// A name in the abstract namespace: no file stays, and it is free again when the process ends in whatever way.
std::pair<sockaddr_un, socklen_t> claim_address(int cpu) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = "trm.cpp/cpu/" + std::to_string(cpu);
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  return {address, static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size())};
}

FileDescriptor claim_socket() {
  return FileDescriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
}

bool can_be_pinned(Pinning pinning, const Topology& topology, std::size_t threads) {
  return pinning != Pinning::off && threads > 1 && threads <= topology.cpus.size();
}

/// Those that are used now: see busy_cpus().
std::set<int> used_cpus(const Topology& topology) {
  const std::string before = read_proc_file("/proc/stat");
  std::this_thread::sleep_for(kWindow);
  std::set<int> out = busy_cpus(topology.cpus, before, read_proc_file("/proc/stat"));
  for (const LogicalCpu& cpu : topology.cpus) {
    if (CpuClaims::is_claimed(cpu.number)) out.insert(cpu.number);
  }
  return out;
}

}  // namespace

std::optional<Pinning> pinning_named(std::string_view text) {
  if (text == "auto") return Pinning::automatic;
  if (text == "on" || text == "1") return Pinning::on;
  if (text == "off" || text == "0") return Pinning::off;
  return std::nullopt;
}

Result<Pinning> pinning_wanted(std::optional<Pinning> wanted) {
  if (wanted) return *wanted;
  const char* text = std::getenv("TRM_PIN");
  if (text == nullptr || *text == '\0') return Pinning::automatic;
  if (const std::optional<Pinning> named = pinning_named(text)) return *named;
  return Error{ErrorCode::bad_input, "", "TRM_PIN", "\"" + std::string(text) + "\" is no way to pin threads",
               "use auto, on or off"};
}

PinPlan plan_pinning(Pinning pinning, const Topology& topology, std::size_t threads, const std::set<int>& used) {
  if (pinning == Pinning::off) return {{}, "off"};
  const std::string prefix = pinning == Pinning::automatic ? "auto: " : "";
  if (threads < 2) return {{}, prefix + "off, one thread"};
  if (threads > topology.cpus.size()) return {{}, prefix + "off, more threads than CPUs"};
  std::set<int> used_cores;
  std::vector<int> used_here;
  for (const LogicalCpu& cpu : topology.cpus) {
    if (!used.contains(cpu.number)) continue;
    used_cores.insert(cpu.core);
    used_here.push_back(cpu.number);
  }
  if (pinning == Pinning::automatic && !used_here.empty()) {
    std::sort(used_here.begin(), used_here.end());
    return {{},
            "auto: off, others use CPU" + std::string(used_here.size() == 1 ? " " : "s ") + cpu_list_text(used_here)};
  }
  std::vector<LogicalCpu> order = topology.cpus;
  std::stable_sort(order.begin(), order.end(), [&](const LogicalCpu& a, const LogicalCpu& b) {
    const auto taken = [&](const LogicalCpu& cpu) {
      return std::tuple(used.contains(cpu.number), used_cores.contains(cpu.core));
    };
    return taken(a) < taken(b);
  });
  PinPlan out{{}, pinning == Pinning::automatic ? "auto: on, nobody else uses the CPUs" : "on"};
  for (std::size_t i = 0; i < threads; ++i) out.cpus.push_back(order[i].number);
  return out;
}

std::set<int> busy_cpus(const std::vector<LogicalCpu>& mask, std::string_view stat_before,
                        std::string_view stat_after) {
  const std::map<int, Ticks> before = read_ticks(stat_before), after = read_ticks(stat_after);
  std::set<int> out;
  for (const LogicalCpu& cpu : mask) {
    const auto first = before.find(cpu.number), last = after.find(cpu.number);
    const bool known = first != before.end() && last != after.end() && last->second.all > first->second.all;
    // Idle ticks may go back a little on some kernels.
    const std::uint64_t idle = known ? last->second.idle - std::min(first->second.idle, last->second.idle) : 0;
    if (!known || 2 * idle < last->second.all - first->second.all) out.insert(cpu.number);
  }
  return out;
}

bool CpuClaims::claim(int cpu) {
  FileDescriptor socket = claim_socket();
  const auto [address, size] = claim_address(cpu);
  const bool bound = socket.valid() && ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0;
  if (bound) held_.push_back(std::move(socket));
  // Where claims cannot be made, nobody holds one.
  return bound || errno != EADDRINUSE;
}

bool CpuClaims::is_claimed(int cpu) {
  const FileDescriptor socket = claim_socket();
  const auto [address, size] = claim_address(cpu);
  return socket.valid() && ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0;
}

PinPlan claim_cpus(Pinning pinning, const Topology& topology, std::size_t threads, CpuClaims& claims) {
  if (!can_be_pinned(pinning, topology, threads)) return plan_pinning(pinning, topology, threads, {});
  std::set<int> used = used_cpus(topology);
  for (;;) {
    PinPlan plan = plan_pinning(pinning, topology, threads, used);
    const std::size_t known = used.size();
    for (const int cpu : plan.cpus) {
      // Somebody may have been faster since it was looked.
      if (!claims.claim(cpu)) used.insert(cpu);
    }
    if (used.size() == known) return plan;
    claims.release();
  }
}

Result<PinDecision> decide_pinning(std::optional<Pinning> wanted, std::size_t threads) {
  const Result<Pinning> pinning = pinning_wanted(wanted);
  if (!pinning.ok()) return pinning.error();
  const Topology topology = detect_topology();
  CpuClaims unused;
  const PinPlan plan = claim_cpus(*pinning, topology, threads != 0 ? threads : topology.usable_threads(), unused);
  return PinDecision{plan.cpus.empty() ? Pinning::off : Pinning::on, plan.reason};
}

}  // namespace trm
