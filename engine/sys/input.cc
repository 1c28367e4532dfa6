#include "engine/sys/input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <memory>
#include <system_error>
#include <utility>

#include "engine/base/utf8.h"
#include "engine/sys/files.h"

namespace trm {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 16;
constexpr std::string_view kStandardInput = "/dev/stdin";

struct ByteOrderMark {
  std::string_view bytes;
  const char* encoding;  ///< null: UTF-8
};
// The longer ones first: UTF-16 begins as UTF-32 does.
constexpr std::array<ByteOrderMark, 5> kMarks{{{{"\xFF\xFE\0\0", 4}, "UTF-32"},
                                               {{"\0\0\xFE\xFF", 4}, "UTF-32"},
                                               {{"\xFF\xFE", 2}, "UTF-16"},
                                               {{"\xFE\xFF", 2}, "UTF-16"},
                                               {kByteOrderMark, nullptr}}};

/// Bytes to be passed over at the beginning of a text.
Result<std::size_t> mark_bytes(std::string_view head, const std::string& path) {
  for (const ByteOrderMark& mark : kMarks) {
    if (!head.starts_with(mark.bytes)) continue;
    if (mark.encoding == nullptr) return mark.bytes.size();
    return Error{ErrorCode::bad_input, path, "", std::string("is text in ") + mark.encoding, "save it as UTF-8"};
  }
  return std::size_t{0};
}

/// Fills `out` as far as there is something. -1: errno tells.
ssize_t read_some(int fd, char* out, std::size_t bytes) {
  for (;;) {
    const ssize_t n = read(fd, out, bytes);
    if (n >= 0 || errno != EINTR) return n;
  }
}

}  // namespace

int named_descriptor(std::string_view path) {
  constexpr std::array<std::string_view, 3> kStandard{kStandardInput, "/dev/stdout", "/dev/stderr"};
  for (std::size_t fd = 0; fd < kStandard.size(); ++fd) {
    if (path == kStandard[fd]) return static_cast<int>(fd);
  }
  for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
    if (!path.starts_with(folder)) continue;
    int fd = -1;
    const char* const end = path.data() + path.size();
    const auto [stop, error] = std::from_chars(path.data() + folder.size(), end, fd);
    if (error == std::errc() && stop == end) return fd;
  }
  return -1;
}

Result<FileDescriptor> open_input(const std::string& path) {
  struct stat info {};
  if (const int given = named_descriptor(path); given >= 0) {
    if (fstat(given, &info) != 0) return open_error(path, errno);
    if (S_ISDIR(info.st_mode)) return open_error(path, EISDIR);
    if (!S_ISREG(info.st_mode)) {
      FileDescriptor same(fcntl(given, F_DUPFD_CLOEXEC, 0));
      if (!same.valid()) return open_error(path, errno);
      return same;
    }
  }
  FileDescriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd.valid() && errno != ENXIO) return open_error(path, errno);
  // A socket cannot be opened at all.
  if ((fd.valid() ? fstat(fd.get(), &info) : stat(path.c_str(), &info)) != 0) return open_error(path, errno);
  if (!S_ISREG(info.st_mode)) {
    return kind_error(path, info.st_mode, "copy its content to a file, or name /dev/stdin and lead it there with <");
  }
  if (!fd.valid()) return open_error(path, ENXIO);
  return fd;
}

Status read_pieces(const std::string& path, const std::function<Status(std::string_view)>& take) {
  Result<FileDescriptor> fd = open_input(path);
  if (!fd) return std::move(fd.error());
  const auto block = std::make_unique<char[]>(kBlock);
  std::size_t held = 0;
  bool begun = false;
  for (;;) {
    const ssize_t n = read_some(fd->get(), block.get() + held, kBlock - held);
    if (n < 0) {
      return Error{ErrorCode::io, path, "", "cannot be read: " + std::generic_category().message(errno),
                   "check the disk and the path"};
    }
    held += static_cast<std::size_t>(n);
    if (!begun && n > 0 && held < kMarks[0].bytes.size()) continue;  // a pipe may give byte by byte
    std::string_view piece(block.get(), held);
    if (!std::exchange(begun, true)) {
      const Result<std::size_t> mark = mark_bytes(piece, path);
      if (!mark) return mark.error();
      piece.remove_prefix(*mark);
    }
    if (!piece.empty()) {
      if (Status s = take(piece); !s) return s;
    }
    if (n == 0) return {};
    held = 0;
  }
}

Result<std::ifstream> open_text_stream(const std::string& path) {
  const Result<FileDescriptor> fd = open_input(path);
  if (!fd) return fd.error();
  std::ifstream in(path, std::ios::binary);
  if (!in) return open_error(path, errno);
  std::string head;
  while (head.size() < kMarks[0].bytes.size() && in.peek() != std::ifstream::traits_type::eof()) {
    head += static_cast<char>(in.get());
  }
  in.clear();
  const Result<std::size_t> mark = mark_bytes(head, path);
  if (!mark) return mark.error();
  for (std::size_t left = head.size(); left > *mark; --left) in.unget();
  return in;
}

Result<std::string> read_standard_input(std::size_t limit) {
  Result<std::string> text = read_text(std::string(kStandardInput), limit);
  if (!text) text.error().file = "standard input";
  return text;
}

}  // namespace trm
