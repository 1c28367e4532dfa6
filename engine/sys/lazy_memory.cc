#include "engine/sys/lazy_memory.h"

#include <sys/mman.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace trm {

Result<LazyMemory> LazyMemory::reserve(std::size_t bytes) {
  void* base = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED) {
    return Error{ErrorCode::io, "", "memory", std::generic_category().message(errno), "free some memory"};
  }
  LazyMemory out;
  out.base_ = static_cast<std::byte*>(base);
  out.bytes_ = bytes;
  return out;
}

LazyMemory::LazyMemory(LazyMemory&& other) noexcept
    : base_(std::exchange(other.base_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

LazyMemory& LazyMemory::operator=(LazyMemory&& other) noexcept {
  std::swap(base_, other.base_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

LazyMemory::~LazyMemory() {
  if (base_ != nullptr) ::munmap(base_, bytes_);
}

}  // namespace trm
