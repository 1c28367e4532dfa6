#include "bench/profile/chrome_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/json/strict_json.h"

namespace trm::bench {
namespace {

double microseconds(std::int64_t ns, std::int64_t origin) {
  return static_cast<double>(ns - origin) * 1e-3;
}

}  // namespace

std::string chrome_trace(std::span<const TraceRegion> regions) {
  std::int64_t origin = regions.empty() ? 0 : regions.front().begin_ns;
  for (const TraceRegion& region : regions) origin = std::min(origin, region.begin_ns);
  std::string out = "{\"displayTimeUnit\": \"ns\",\n\"traceEvents\": [\n";
  out += "{\"name\": \"process_name\", \"ph\": \"M\", \"pid\": 1, \"args\": {\"name\": \"trm profile\"}}";
  std::set<std::uint32_t> threads;
  for (const TraceRegion& region : regions) {
    std::uint32_t first = region.calls.empty() ? 0 : region.calls.front().thread;
    out += fmt::format(
        ",\n{{\"name\": {}, \"cat\": \"region\", \"ph\": \"X\", \"pid\": 1, \"tid\": {}, \"ts\": {:.3f}, \"dur\": "
        "{:.3f}}}",
        json_quoted(region.name), first, microseconds(region.begin_ns, origin),
        microseconds(region.end_ns, region.begin_ns));
    for (const KernelCall& call : region.calls) {
      threads.insert(call.thread);
      const KernelCase c{call.kind, call.sizes, call.type, ""};
      out += fmt::format(
          ",\n{{\"name\": {}, \"cat\": \"kernel\", \"ph\": \"X\", \"pid\": 1, \"tid\": {}, \"ts\": {:.3f}, \"dur\": "
          "{:.3f}, \"args\": {{\"shape\": {}, \"type\": {}, \"flops\": {:.0f}, \"bytes\": {:.0f}}}}}",
          json_quoted(c.kernel()), call.thread, microseconds(call.begin_ns, origin),
          microseconds(call.end_ns, call.begin_ns), json_quoted(c.shape()), json_quoted(c.type_name()), c.flops(),
          c.bytes());
    }
  }
  for (const std::uint32_t thread : threads) {
    out += fmt::format(
        ",\n{{\"name\": \"thread_name\", \"ph\": \"M\", \"pid\": 1, \"tid\": {}, \"args\": {{\"name\": \"worker "
        "{}\"}}}}",
        thread, thread);
  }
  return out + "\n]}\n";
}

}  // namespace trm::bench
