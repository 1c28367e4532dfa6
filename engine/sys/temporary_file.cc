#include "engine/sys/temporary_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <climits>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <memory>
#include <string_view>
#include <utility>

#include "engine/sys/signal_list.h"

namespace trm {
namespace {

constexpr std::string_view kPrefix = ".trm-";
constexpr std::string_view kSuffix = ".tmp";

/// ".trm-PID-HEX.tmp".
bool is_temporary_name(std::string_view name) {
  if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix) || name.size() <= kPrefix.size() + kSuffix.size()) {
    return false;
  }
  name.remove_prefix(kPrefix.size());
  name.remove_suffix(kSuffix.size());
  const std::size_t dash = name.find('-');
  return dash != std::string_view::npos && dash > 0 && dash + 1 < name.size() &&
         name.find_first_not_of("0123456789") == dash &&
         name.find_first_not_of("0123456789abcdef", dash + 1) == std::string_view::npos;
}

struct LiveFile {
  pid_t process = 0;  ///< a child that was forked has files of its own
  std::array<char, PATH_MAX> path{};
};
constinit SignalList<LiveFile> g_live;
using LiveEntry = SignalList<LiveFile>::Entry;

std::uint64_t random_bits() {
  std::uint64_t bits = 0;
  if (getrandom(&bits, sizeof bits, GRND_NONBLOCK) == static_cast<ssize_t>(sizeof bits)) return bits;
  static std::atomic<std::uint64_t> counter{0};
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  return static_cast<std::uint64_t>(now) * 0x9E3779B97F4A7C15 + counter.fetch_add(1);
}

std::string new_name(const std::string& folder) {
  std::array<char, 16> hex{};
  char* const end = std::to_chars(hex.data(), hex.data() + hex.size(), random_bits(), 16).ptr;
  return folder + "/" + std::string(kPrefix) + std::to_string(getpid()) + "-" + std::string(hex.data(), end) +
         std::string(kSuffix);
}

bool same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/// May another machine write to this file, whose locks are not seen here on every system?
bool is_shared(int fd) {
  struct statfs system {};
  if (fstatfs(fd, &system) != 0) return true;
  switch (static_cast<std::uint32_t>(system.f_type)) {
    case 0x6969:      // NFS
    case 0x517B:      // SMB
    case 0xFE534D42:  // SMB 2
    case 0xFF534D42:  // CIFS
    case 0x65735546:  // FUSE: sshfs and others
    case 0x00C36400:  // Ceph
    case 0x0BD00BD0:  // Lustre
    case 0x47504653:  // GPFS
    case 0x5346414F:  // AFS
      return true;
    default:
      return false;
  }
}

/// Removes a temporary file unless somebody may still write it: whoever gets its lock knows that its owner is dead.
void remove_leftover(int folder, const char* name) {
  constexpr int kHow = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  FileDescriptor fd(openat(folder, name, O_RDWR | kHow));  // NFS locks only what may be written
  const FileDescriptor read_only(fd.valid() ? -1 : openat(folder, name, O_RDONLY | kHow));
  const int file = fd.valid() ? fd.get() : read_only.get();
  struct stat info {};
  if (file < 0 || fstat(file, &info) != 0) return;
  if (!S_ISREG(info.st_mode) || info.st_uid != geteuid()) return;
  constexpr std::time_t kLong = 3600;
  if (is_shared(file) && std::time(nullptr) - info.st_mtime < kLong) return;
  if (flock(file, LOCK_EX | LOCK_NB) != 0) return;
  // Its owner may have published it before the lock was free.
  struct stat now {};
  if (fstatat(folder, name, &now, AT_SYMLINK_NOFOLLOW) == 0 && same_file(info, now)) unlinkat(folder, name, 0);
}

void remove_leftovers(const std::string& folder) {
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(opendir(folder.c_str()), &closedir);
  if (entries == nullptr) return;
  while (const dirent* entry = readdir(entries.get())) {
    if (is_temporary_name(entry->d_name)) remove_leftover(dirfd(entries.get()), entry->d_name);
  }
}

/// False: somebody took the file for a leftover between its creation and this lock.
bool lock(int fd) {
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) return errno != EWOULDBLOCK;  // no locks here: nobody else has them either
  struct stat info {};
  return fstat(fd, &info) == 0 && info.st_nlink > 0;
}

}  // namespace

TemporaryFile::TemporaryFile(FileDescriptor fd, std::string name, void* entry)
    : fd_(std::move(fd)), name_(std::move(name)), entry_(entry) {}

TemporaryFile::TemporaryFile(TemporaryFile&& other) noexcept
    : fd_(std::move(other.fd_)), name_(std::move(other.name_)), entry_(std::exchange(other.entry_, nullptr)) {}

TemporaryFile::~TemporaryFile() {
  if (valid()) remove();
}

TemporaryFile TemporaryFile::create(const std::string& folder) {
  remove_leftovers(folder);
  for (int attempt = 0; attempt < 100; ++attempt) {
    const std::string name = new_name(folder);
    // Listed before it is there: a signal may come at any time.
    LiveEntry* const entry = name.size() < PATH_MAX ? g_live.take() : nullptr;
    if (entry != nullptr) {
      entry->value.process = getpid();
      std::memcpy(entry->value.path.data(), name.c_str(), name.size() + 1);
      entry->show();
    }
    FileDescriptor fd(open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    const int error = errno;
    if (fd.valid() && lock(fd.get())) return {std::move(fd), name, entry};
    if (fd.valid()) unlink(name.c_str());
    if (entry != nullptr) entry->give_back();
    errno = error;
    if (!fd.valid() && error != EEXIST) break;
  }
  return {FileDescriptor(-1), "", nullptr};
}

void TemporaryFile::remove() {
  const int error = errno;
  unlink(name_.c_str());
  if (entry_ != nullptr) static_cast<LiveEntry*>(std::exchange(entry_, nullptr))->give_back();
  fd_.close();
  errno = error;
}

int TemporaryFile::publish(const std::string& target) {
  // Closing tells of writes that failed late. The copy keeps the lock until the file has its name.
  FileDescriptor copy(fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0));
  int error = copy.valid() ? 0 : errno;
  if (error == 0) error = copy.close();
  if (error == 0 && rename(name_.c_str(), target.c_str()) != 0) error = errno;
  if (error != 0) {
    remove();
    return error;
  }
  if (entry_ != nullptr) static_cast<LiveEntry*>(std::exchange(entry_, nullptr))->give_back();
  fd_.close();
  return 0;
}

void remove_live_temporaries() {
  const int error = errno;
  const pid_t self = getpid();
  g_live.each([self](const LiveFile& file) {
    if (file.process != self) return;
    // An entry that changes hands at this moment holds anything, but only a whole name is one of these.
    const char* const slash = std::strrchr(file.path.data(), '/');
    if (slash != nullptr && is_temporary_name(slash + 1)) unlink(file.path.data());
  });
  errno = error;
}

}  // namespace trm
