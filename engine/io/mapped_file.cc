#include "engine/io/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <system_error>

#include "engine/io/file_descriptor.h"

namespace trm {

MappedFile::~MappedFile() {
  if (!bytes_.empty()) munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

Result<MappedFile> MappedFile::open(const std::string& path) {
  // Not blocking: a pipe without a writer would hang here, before it can be refused.
  const FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd.valid()) return open_error(path, errno);
  struct stat info {};
  if (fstat(fd.get(), &info) != 0) return open_error(path, errno);
  if (S_ISDIR(info.st_mode)) return open_error(path, EISDIR);
  if (!S_ISREG(info.st_mode)) {
    return Error{ErrorCode::bad_input, path, "", "is not a regular file", "copy its content to a file"};
  }
  if (info.st_size == 0) return Error{ErrorCode::bad_input, path, "", "is empty", "fetch or write the file again"};
  const auto size = static_cast<std::size_t>(info.st_size);
  void* raw = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (raw == MAP_FAILED) {
    return Error{ErrorCode::io, path, "", "cannot be mapped: " + std::generic_category().message(errno),
                 "free some memory or check the disk"};
  }
  MappedFile file;
  file.bytes_ = {static_cast<const std::byte*>(raw), size};
  return file;
}

void MappedFile::release(std::span<const std::byte> part) const {
  // The system maps up to this many bytes around a page that is touched; they go together.
  constexpr std::size_t kAround = std::size_t{1} << 16;
  const std::less<const std::byte*> before;
  const std::byte* const first = bytes_.data();
  if (part.empty() || before(part.data(), first) || before(first + bytes_.size(), part.data() + part.size())) return;
  const auto offset = static_cast<std::size_t>(part.data() - first);
  const std::size_t from = offset / kAround * kAround - (offset < kAround ? 0 : kAround);
  const std::size_t to = std::min(bytes_.size(), (offset + part.size()) / kAround * kAround + 2 * kAround);
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

}  // namespace trm
