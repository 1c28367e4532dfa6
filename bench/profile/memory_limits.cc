#include "bench/profile/memory_limits.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <optional>
#include <utility>

#include "bench/profile/sweeps.h"
#include "engine/base/random.h"
#include "engine/sys/arena.h"
#include "engine/sys/lazy_memory.h"
#include "engine/sys/memory.h"

namespace trm::bench {
namespace {

constexpr std::size_t kLine = 64;
constexpr std::size_t kSmallest = 8192;

/// Bytes that a sample moves, about: some hundred microseconds at the least.
constexpr std::size_t kMoved = std::size_t{8} << 20;

const char* kOperations[] = {"read", "write", "copy"};

/// A ring through all lines of the memory in random order (Sattolo 1986: one cycle).
void link_lines(std::byte* base, std::size_t bytes) {
  const std::size_t lines = bytes / kLine;
  std::vector<std::uint32_t> order(lines);
  std::iota(order.begin(), order.end(), 0U);
  for (std::size_t i = lines - 1; i > 0; --i) std::swap(order[i], order[random_bits(1, 0, i) % i]);
  for (std::size_t i = 0; i < lines; ++i) {
    std::byte* next = base + std::size_t{order[i]} * kLine;
    std::memcpy(base + i * kLine, &next, sizeof next);
  }
}

const std::byte* follow(const std::byte* at, std::size_t steps) {
  for (std::size_t i = 0; i < steps; ++i) {
    const std::byte* next = nullptr;
    std::memcpy(&next, at, sizeof(const std::byte*));
    at = next;
  }
  return at;
}

}  // namespace

std::vector<std::size_t> ladder_sizes(std::size_t most) {
  std::vector<std::size_t> out;
  for (std::size_t size = kSmallest; size <= most; size *= 2) {
    out.push_back(size);
    if (size + size / 2 <= most) out.push_back(size + size / 2);
  }
  return out;
}

Result<std::vector<BandwidthLimit>> measure_bandwidth(const std::vector<std::size_t>& sizes, std::size_t samples,
                                                      ThreadPool& pool) {
  std::vector<BandwidthLimit> out;
  if (sizes.empty()) return out;
  const Sweeps sweeps = best_sweeps();
  const std::size_t threads = pool.size();
  std::vector<Arena> memory;
  for (std::size_t t = 0; t < threads; ++t) {
    Result<Arena> arena = Arena::create(sizes.back());
    if (!arena.ok()) return arena.error();
    memory.push_back(*std::move(arena));
  }
  for (const std::size_t bytes : sizes) {
    const std::size_t turns = std::max<std::size_t>(1, kMoved / bytes);
    for (std::size_t operation = 0; operation < std::size(kOperations); ++operation) {
      // Every thread works on its own part: a task is a part, whoever takes it.
      const auto sweep = [&] {
        pool.run(threads, [&](std::size_t task, std::size_t) {
          auto* base = memory[task].at<std::byte>(0);
          for (std::size_t turn = 0; turn < turns; ++turn) {
            if (operation == 0) sweeps.read(base, bytes);
            if (operation == 1) sweeps.write(base, bytes);
            if (operation == 2) sweeps.copy(base + bytes / 2, base, bytes / 2);
          }
        });
      };
      sweep();
      std::vector<double> rates;
      for (std::size_t s = 0; s < samples; ++s) {
        rates.push_back(static_cast<double>(bytes * turns * threads) / time_of(sweep));
      }
      out.push_back({kOperations[operation], bytes, threads, Figure::of(std::move(rates))});
    }
  }
  return out;
}

Result<std::vector<LatencyLimit>> measure_latency(const std::vector<std::size_t>& sizes, bool huge_pages,
                                                  std::size_t samples) {
  std::vector<LatencyLimit> out;
  if (sizes.empty()) return out;
  const std::size_t before = huge_page_bytes();
  Result<Arena> arena = Arena::create(sizes.back(), huge_pages ? HugePages::allowed : HugePages::off);
  if (!arena.ok()) return arena.error();
  // What the system gave, not what was asked for.
  if (huge_pages && huge_page_bytes() <= before) return out;
  auto* base = arena->at<std::byte>(0);
  for (const std::size_t bytes : sizes) {
    link_lines(base, bytes);
    const std::size_t lines = bytes / kLine;
    const std::byte* at = follow(base, std::min<std::size_t>(lines, 200'000));
    const std::size_t steps = 20'000;
    std::vector<double> ns;
    for (std::size_t s = 0; s < samples; ++s) {
      ns.push_back(time_of([&] { at = follow(at, steps); }) * 1e9 / static_cast<double>(steps));
    }
    [[maybe_unused]] const volatile bool kept = at == nullptr;
    out.push_back({bytes, huge_pages, Figure::of(std::move(ns))});
  }
  return out;
}

Result<Figure> measure_page_fault(bool huge_pages, std::size_t samples) {
  constexpr std::size_t page = 4096, huge = std::size_t{2} << 20;
  std::vector<double> ns;
  for (std::size_t s = 0; s < samples; ++s) {
    if (huge_pages) {
      const std::size_t before = huge_page_bytes(), pages = 4;
      // An arena touches all of its pages itself.
      std::optional<Result<Arena>> arena;
      const double seconds = time_of([&] { arena.emplace(Arena::create(pages * huge)); });
      if (!arena->ok()) return arena->error();
      if (huge_page_bytes() <= before) return Figure{};
      ns.push_back(seconds * 1e9 / static_cast<double>(pages));
      continue;
    }
    constexpr std::size_t pages = 256;
    const Result<LazyMemory> memory = LazyMemory::reserve(pages * page);
    if (!memory.ok()) return memory.error();
    ns.push_back(time_of([&] {
                   for (std::size_t i = 0; i < pages; ++i) *memory->at<volatile char>(i * page) = 1;
                 }) *
                 1e9 / static_cast<double>(pages));
  }
  return Figure::of(std::move(ns));
}

}  // namespace trm::bench
