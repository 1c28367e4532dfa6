#include "engine/sys/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <functional>
#include <system_error>
#include <utility>

#include "engine/base/hash.h"
#include "engine/sys/file_descriptor.h"
#include "engine/sys/memory_limits.h"
#include "engine/sys/signal_list.h"

namespace trm {
/// Addresses of a mapping, for the signal handler.
struct MappedRange {
  std::uintptr_t begin = 0, end = 0;
  std::atomic<bool> torn{false};  ///< pages were missing
};
using RangeEntry = SignalList<MappedRange>::Entry;

namespace {

constinit SignalList<MappedRange> g_ranges;
struct sigaction g_before {};
const auto kPageBytes = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));

// Zeros in place of everything from the missing page to the end of its mapping. False: not of ours.
bool patch(std::uintptr_t address) {
  bool patched = false;
  g_ranges.each([&](MappedRange& range) {
    if (address < range.begin || address >= range.end) return;
    const std::uintptr_t page = address / kPageBytes * kPageBytes;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the address of a fault is a number
    void* const at = reinterpret_cast<void*>(page);
    range.torn.store(true, std::memory_order_relaxed);
    patched = mmap(at, range.end - page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) !=
              MAP_FAILED;
  });
  return patched;
}

void on_bus_error(int number, siginfo_t* info, void*) {
  const int error = errno;
  if (info->si_code <= 0 || !patch(reinterpret_cast<std::uintptr_t>(info->si_addr))) {
    // A fault comes again as soon as this returns, and what somebody sent is sent again.
    sigaction(number, &g_before, nullptr);
    if (info->si_code <= 0) std::raise(number);
  }
  errno = error;
}

}  // namespace

struct MappedFile::Mapping {
  Mapping(std::string its_path, FileDescriptor its_fd, const struct stat& its_info)
      : path(std::move(its_path)), fd(std::move(its_fd)), info(its_info) {}
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() {
    if (range != nullptr) range->give_back();
    if (!bytes.empty()) munmap(const_cast<std::byte*>(bytes.data()), bytes.size());
  }

  const std::string path;
  const FileDescriptor fd;  ///< open, to see what became of the file
  const struct stat info;
  std::span<const std::byte> bytes;
  RangeEntry* range = nullptr;  ///< null: no memory for it, so a missing page ends the program
};

MappedFile::MappedFile() = default;
MappedFile::MappedFile(MappedFile&& other) noexcept = default;
MappedFile& MappedFile::operator=(MappedFile&& other) noexcept = default;
MappedFile::~MappedFile() = default;

Result<MappedFile> MappedFile::open(const std::string& path) {
  // Not blocking: a pipe without a writer would hang here, before it can be refused.
  FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd.valid()) return open_error(path, errno);
  struct stat info {};
  if (fstat(fd.get(), &info) != 0) return open_error(path, errno);
  if (!S_ISREG(info.st_mode)) return kind_error(path, info.st_mode, "copy its content to a file");
  if (info.st_size == 0) return Error{ErrorCode::bad_input, path, "", "is empty", "fetch or write the file again"};
  const auto size = static_cast<std::size_t>(info.st_size);
  void* raw = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (raw == MAP_FAILED && errno == ENOMEM) {
    return Error{ErrorCode::unsupported, path, "",
                 "does not fit into memory: needs " + std::to_string(size) + " bytes (" + memory_limits_text() + ")",
                 "free some memory, or raise the limit (ulimit -v)"};
  }
  if (raw == MAP_FAILED) {
    return Error{ErrorCode::io, path, "", "cannot be mapped: " + std::generic_category().message(errno),
                 "check the disk"};
  }
  MappedFile file;
  file.mapping_ = std::make_unique<Mapping>(path, std::move(fd), info);
  file.mapping_->bytes = {static_cast<const std::byte*>(raw), size};
  if (RangeEntry* const range = g_ranges.take(); range != nullptr) {
    range->value.begin = reinterpret_cast<std::uintptr_t>(raw);
    range->value.end = range->value.begin + (size + kPageBytes - 1) / kPageBytes * kPageBytes;
    range->value.torn.store(false, std::memory_order_relaxed);
    range->show();
    file.mapping_->range = range;
  }
  return file;
}

std::span<const std::byte> MappedFile::bytes() const {
  return mapping_ == nullptr ? std::span<const std::byte>() : mapping_->bytes;
}

Status MappedFile::unchanged() const {
  if (mapping_ == nullptr) return {};
  const struct stat& before = mapping_->info;
  struct stat now {};
  const bool same = fstat(mapping_->fd.get(), &now) == 0 && now.st_size == before.st_size &&
                    now.st_mtim.tv_sec == before.st_mtim.tv_sec && now.st_mtim.tv_nsec == before.st_mtim.tv_nsec;
  if (!same) {
    return Error{ErrorCode::io, mapping_->path, "", "changed while it was read",
                 "try again when nobody writes to it any more"};
  }
  if (mapping_->range == nullptr || !mapping_->range->value.torn.load(std::memory_order_relaxed)) return {};
  return Error{ErrorCode::io, mapping_->path, "", "cannot be read: " + std::generic_category().message(EIO),
               "check the disk"};
}

void MappedFile::release(std::span<const std::byte> part) const {
  // The system maps up to this many bytes around a page that is touched; they go together.
  constexpr std::size_t kAround = std::size_t{1} << 16;
  const std::less<const std::byte*> before;
  const std::span<const std::byte> all = bytes();
  const std::byte* const first = all.data();
  if (part.empty() || before(part.data(), first) || before(first + all.size(), part.data() + part.size())) return;
  const auto offset = static_cast<std::size_t>(part.data() - first);
  const std::size_t from = offset / kAround * kAround - (offset < kAround ? 0 : kAround);
  const std::size_t to = std::min(all.size(), (offset + part.size()) / kAround * kAround + 2 * kAround);
  madvise(const_cast<std::byte*>(first) + from, to - from, MADV_DONTNEED);
}

void MappedFile::scan(std::span<const std::byte> part,
                      const std::function<void(std::span<const std::byte>)>& see) const {
  constexpr std::size_t kPiece = std::size_t{1} << 20;
  while (!part.empty()) {
    const auto piece = part.first(std::min(kPiece, part.size()));
    see(piece);
    release(piece);
    part = part.subspan(piece.size());
  }
}

std::string MappedFile::hash() const {
  Hash hash;
  scan(bytes(), [&hash](std::span<const std::byte> piece) { hash.add(piece); });
  return hash.hex();
}

void survive_shrinking_files() {
  struct sigaction action {};
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigemptyset(&action.sa_mask);
  struct sigaction before {};
  sigaction(SIGBUS, nullptr, &before);
  if ((before.sa_flags & SA_SIGINFO) != 0 && before.sa_sigaction == on_bus_error) return;
  g_before = before;
  sigaction(SIGBUS, &action, nullptr);
}

}  // namespace trm
