// Operators new and delete over malloc, which may be mimalloc's. Those that mimalloc's C build brings along end the
// process where the standard wants an exception. Sanitizers need operators of their own: TRM_OWN_OPERATORS is 0 there.
#include "tools/operator_new.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <string_view>

#include "engine/sys/memory.h"

namespace {

constexpr std::string_view kMessage = "out of memory";
std::atomic<bool> throwing{false};

/// A text that needs no memory.
class Text {
 public:
  void add(std::string_view text) {
    const std::size_t count = std::min(text.size(), text_.size() - 1 - size_);
    std::memcpy(text_.data() + size_, text.data(), count);
    size_ += count;
  }
  void add(std::size_t number) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    add(std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
  }
  [[nodiscard]] const char* c_str() const { return text_.data(); }
  [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }

 private:
  std::array<char, 256> text_{};
  std::size_t size_ = 0;
};

/// Neither allocates nor throws.
[[noreturn]] void give_up(std::string_view reason) {
  Text text;
  text.add("trm: error: ");
  text.add(reason);
  text.add("; fix: free some memory, or raise the limit (ulimit -v, memory of the cgroup)\n");
  [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, text.view().data(), text.view().size());
  ::_exit(4);
}

[[noreturn]] void on_terminate() {
  if (const std::exception_ptr current = std::current_exception()) {
    try {
      std::rethrow_exception(current);
    } catch (const std::bad_alloc& error) {
      give_up(std::string_view(error.what()).starts_with(kMessage) ? error.what() : kMessage);
    } catch (const std::exception& error) {
      Text text;
      text.add("trm: fault of the program: ");
      text.add(error.what());
      text.add("\n");
      [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, text.view().data(), text.view().size());
    } catch (...) {
      std::abort();
    }
  }
  std::abort();
}

}  // namespace

void trm::cli::begin_throwing() {
  std::set_terminate(on_terminate);
  throwing.store(true);
}

#if TRM_OWN_OPERATORS

namespace {

class OutOfMemory : public std::bad_alloc {
 public:
  explicit OutOfMemory(std::size_t bytes) {
    text_.add(kMessage);
    text_.add(": ");
    text_.add(bytes);
    text_.add(" bytes refused");
  }
  OutOfMemory(std::size_t bytes, std::size_t available) : OutOfMemory(bytes) {
    if (bytes > available) {
      text_.add(", ");
      text_.add(available);
      text_.add(" are available");
    } else {
      text_.add(", the last megabyte is kept back");
    }
  }
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

 private:
  Text text_;
};

// Where the container's or the machine's memory ends, the kernel does not refuse: it kills the process when the memory
// is touched. So what is left is looked at before a large block is taken, and now and then between small ones. Looking
// costs about as much as clearing a megabyte.
constexpr std::size_t kLarge = std::size_t{64} << 20;
constexpr std::size_t kLeast = std::size_t{1} << 20;      ///< less than this is nothing
constexpr std::size_t kCounted = std::size_t{256} << 10;  ///< a thread counts so much by itself
std::atomic<std::size_t> unchecked{0}, interval{4 * kLeast};
thread_local std::size_t counted = 0;
thread_local bool looking = false;  ///< looking needs memory itself

void look(std::size_t bytes) {
  looking = true;
  std::size_t available = 0;
  try {
    available = trm::available_memory_bytes(trm::Swap::counted);
  } catch (const std::bad_alloc&) {
    available = 0;
  }
  looking = false;
  if (available < kLeast || bytes > available) throw OutOfMemory(bytes, available);
  unchecked.store(0, std::memory_order_relaxed);
  interval.store(std::clamp(available / 8, kLeast, kLarge), std::memory_order_relaxed);
}

/// Throws OutOfMemory where the block could be had, but not used.
void check(std::size_t bytes) {
  if (looking || !throwing.load(std::memory_order_relaxed)) return;
  if (bytes >= kLarge) return look(bytes);
  counted += bytes;
  if (counted < kCounted) return;
  const std::size_t sum = unchecked.fetch_add(counted, std::memory_order_relaxed) + counted;
  counted = 0;
  if (sum >= interval.load(std::memory_order_relaxed)) look(bytes);
}

/// Null: refused.
void* take(std::size_t bytes, std::size_t alignment) noexcept {
  if (alignment <= alignof(std::max_align_t)) return std::malloc(bytes == 0 ? 1 : bytes);
  void* out = nullptr;
  return ::posix_memalign(&out, alignment, bytes == 0 ? 1 : bytes) == 0 ? out : nullptr;
}

void* take_or_throw(std::size_t bytes, std::size_t alignment = 1) {
  check(bytes);
  for (;;) {
    if (void* out = take(bytes, alignment); out != nullptr) return out;
    if (const std::new_handler handler = std::get_new_handler(); handler != nullptr) {
      handler();
    } else if (throwing.load()) {
      throw OutOfMemory(bytes);
    } else {
      give_up(OutOfMemory(bytes).what());
    }
  }
}

void* take_or_null(std::size_t bytes, std::size_t alignment = 1) noexcept {
  try {
    return take_or_throw(bytes, alignment);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

}  // namespace

using Alignment = std::align_val_t;

void* operator new(std::size_t bytes) {
  return take_or_throw(bytes);
}
void* operator new[](std::size_t bytes) {
  return take_or_throw(bytes);
}
void* operator new(std::size_t bytes, Alignment alignment) {
  return take_or_throw(bytes, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t bytes, Alignment alignment) {
  return take_or_throw(bytes, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  return take_or_null(bytes);
}
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept {
  return take_or_null(bytes);
}
void* operator new(std::size_t bytes, Alignment alignment, const std::nothrow_t&) noexcept {
  return take_or_null(bytes, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t bytes, Alignment alignment, const std::nothrow_t&) noexcept {
  return take_or_null(bytes, static_cast<std::size_t>(alignment));
}

void operator delete(void* block) noexcept {
  std::free(block);
}
void operator delete[](void* block) noexcept {
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept {
  std::free(block);
}
void operator delete[](void* block, std::size_t) noexcept {
  std::free(block);
}
void operator delete(void* block, Alignment) noexcept {
  std::free(block);
}
void operator delete[](void* block, Alignment) noexcept {
  std::free(block);
}
void operator delete(void* block, std::size_t, Alignment) noexcept {
  std::free(block);
}
void operator delete[](void* block, std::size_t, Alignment) noexcept {
  std::free(block);
}
void operator delete(void* block, const std::nothrow_t&) noexcept {
  std::free(block);
}
void operator delete[](void* block, const std::nothrow_t&) noexcept {
  std::free(block);
}
void operator delete(void* block, Alignment, const std::nothrow_t&) noexcept {
  std::free(block);
}
void operator delete[](void* block, Alignment, const std::nothrow_t&) noexcept {
  std::free(block);
}

#endif
