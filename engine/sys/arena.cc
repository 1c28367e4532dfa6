#include "engine/sys/arena.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <numeric>
#include <system_error>
#include <utility>

#include "engine/sys/memory.h"
#include "engine/sys/memory_limits.h"

namespace trm {
namespace {

constexpr std::size_t kAlign = 64;
constexpr std::size_t kHugePage = std::size_t{2} << 20;

std::size_t page_bytes() {
  const long value = sysconf(_SC_PAGESIZE);
  return value > 0 ? static_cast<std::size_t>(value) : 4096;
}

// Rounds up; false: does not fit.
bool round_up(std::size_t& bytes, std::size_t unit) {
  if (bytes > SIZE_MAX - (unit - 1)) return false;
  bytes = (bytes + unit - 1) / unit * unit;
  return true;
}

constexpr const char* kSmaller = "use a smaller model, batch or context";

Error too_large(std::size_t bytes, const std::string& reason, std::string fix = kSmaller) {
  return Error{ErrorCode::unsupported, "", "memory", "cannot take " + std::to_string(bytes) + " bytes: " + reason,
               std::move(fix)};
}

/// Where there is too little for a size that makes sense.
Error no_memory(std::size_t bytes, const std::string& reason) {
  return too_large(bytes, reason + " (" + memory_limits_text() + ")",
                   std::string(kSmaller) + ", or raise the limit (ulimit -v, memory of the cgroup)");
}

// Maps every page now, so that no step pays for a page fault.
void prefault(std::byte* base, std::size_t bytes) {
#ifdef MADV_POPULATE_WRITE
  madvise(base, bytes,
          MADV_POPULATE_WRITE);  // one call for all pages; old kernels refuse, emulators accept and do nothing
#endif
  const std::size_t page = page_bytes();
  for (std::size_t i = 0; i < bytes; i += page) *static_cast<volatile std::byte*>(base + i) = std::byte{0};
}

}  // namespace

ArenaPlan::Id ArenaPlan::add(std::string name, std::size_t bytes, std::size_t first, std::size_t last) {
  buffers_.push_back({std::move(name), bytes, first, last, 0});
  return buffers_.size() - 1;
}

Status ArenaPlan::layout() {
  std::vector<Id> order(buffers_.size());
  std::iota(order.begin(), order.end(), Id{0});
  std::stable_sort(order.begin(), order.end(), [this](Id a, Id b) { return buffers_[a].bytes > buffers_[b].bytes; });
  total_ = 0;
  struct Span {
    std::size_t begin, end;
  };
  std::vector<Id> placed;
  std::vector<Span> taken;
  for (const Id id : order) {
    Buffer& buffer = buffers_[id];
    std::size_t size = buffer.bytes;
    if (buffer.first > buffer.last) {
      return Error{ErrorCode::usage, "", buffer.name, "its last step comes before its first", "swap the two steps"};
    }
    taken.clear();
    for (const Id other : placed) {
      const Buffer& o = buffers_[other];
      if (o.first <= buffer.last && buffer.first <= o.last) taken.push_back({o.offset, o.offset + o.bytes});
    }
    std::sort(taken.begin(), taken.end(), [](Span a, Span b) { return a.begin < b.begin; });
    std::size_t offset = 0;
    bool fits = round_up(size, kAlign);
    for (const Span& s : taken) {
      if (!fits || (offset <= s.begin && s.begin - offset >= size)) break;
      std::size_t end = s.end;
      fits = round_up(end, kAlign);
      offset = std::max(offset, end);
    }
    if (!fits || offset > SIZE_MAX - size) return too_large(buffer.bytes, "the sum of all buffers overflows");
    buffer.offset = offset;
    total_ = std::max(total_, offset + size);
    placed.push_back(id);
  }
  return {};
}

Result<Arena> Arena::create(std::size_t bytes, HugePages huge) {
  Arena arena;
  if (bytes == 0) return arena;
  const bool use_huge = huge == HugePages::allowed && bytes >= kHugePage;
  std::size_t mapped = bytes;
  const std::size_t unit = use_huge ? kHugePage : page_bytes();
  if (!round_up(mapped, unit) || mapped > SIZE_MAX - unit) return too_large(bytes, "the size overflows");
  // Prefaulting more than there is would not fail here: the kernel would kill the process.
  if (const std::size_t available = available_memory_bytes(); mapped > available) {
    return no_memory(bytes, "only " + std::to_string(available) + " bytes are available");
  }
  // One unit more, so that the block can start at a multiple of the huge page; the rest is given back.
  const std::size_t reserved = use_huge ? mapped + unit : mapped;
  void* raw = mmap(nullptr, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (raw == MAP_FAILED) return no_memory(bytes, std::generic_category().message(errno));
  auto* base = static_cast<std::byte*>(raw);
  if (use_huge) {
    const std::size_t skip = (unit - reinterpret_cast<std::uintptr_t>(raw) % unit) % unit;
    if (skip != 0) munmap(base, skip);
    if (skip != unit) munmap(base + skip + mapped, unit - skip);
    base += skip;
    madvise(base, mapped, MADV_HUGEPAGE);  // refused where huge pages are off: ordinary pages then
  }
  prefault(base, mapped);
  arena.base_ = base;
  arena.bytes_ = bytes;
  arena.mapped_ = mapped;
  return arena;
}

Arena::Arena(Arena&& other) noexcept
    : base_(std::exchange(other.base_, nullptr)),
      bytes_(std::exchange(other.bytes_, 0)),
      mapped_(std::exchange(other.mapped_, 0)) {}

Arena& Arena::operator=(Arena&& other) noexcept {
  if (this != &other) {
    std::swap(base_, other.base_);
    std::swap(bytes_, other.bytes_);
    std::swap(mapped_, other.mapped_);
  }
  return *this;
}

Arena::~Arena() {
  if (base_ != nullptr) munmap(base_, mapped_);
}

}  // namespace trm
