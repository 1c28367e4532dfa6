#include "engine/sys/standard_input.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <string_view>
#include <system_error>

#include "engine/base/utf8.h"
#include "engine/sys/files.h"
#include "engine/sys/input.h"

namespace trm {
namespace {

constexpr std::size_t kReadBytes = std::size_t{1} << 16;

Error read_error(const std::string& name, int error) {
  return Error{ErrorCode::io, name, "", "cannot be read: " + std::generic_category().message(error),
               "check what it is connected to"};
}

/// Whether something can be read; waits for it or looks only. Errors count: read() tells them.
bool readable(int descriptor, int milliseconds) {
  pollfd wanted{descriptor, POLLIN, 0};
  for (;;) {
    const int n = poll(&wanted, 1, milliseconds);
    if (n >= 0) return n > 0;
    if (errno != EINTR) return true;
  }
}

/// Appends what the descriptor holds now, and waits if that is nothing. 0 at the end; below 0: errno.
ssize_t append_block(int descriptor, std::string& out) {
  const std::size_t before = out.size();
  out.resize(before + kReadBytes);
  ssize_t n = 0;
  for (;;) {
    n = read(descriptor, out.data() + before, kReadBytes);
    if (n >= 0) break;
    // Somebody else may have made the descriptor one that does not wait.
    if (errno == EAGAIN) readable(descriptor, -1);
    if (errno != EAGAIN && errno != EINTR) {
      n = -errno;
      break;
    }
  }
  out.resize(before + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
  return n;
}

/// What is read is gone.
Status take_standard_input() {
  static std::atomic<bool> taken{false};
  if (!taken.exchange(true)) return {};
  return Error{ErrorCode::usage, input_name("-"), "", "was read already", "name a file for one of the two"};
}

}  // namespace

std::string input_name(const std::string& path) {
  return is_standard_input(path) ? "standard input" : path;
}

Result<std::string> read_input(const std::string& path, std::size_t limit) {
  if (!is_standard_input(path)) return read_text(path, limit);
  if (Status s = take_standard_input(); !s) return std::move(s.error());
  return read_standard_input(limit);
}

Status read_input_pieces(const std::string& path, const std::function<Status(std::string_view)>& take) {
  if (!is_standard_input(path)) return read_pieces(path, take);
  if (Status s = take_standard_input(); !s) return s;
  constexpr const char* kPlace = "/dev/stdin";
  Status status = read_pieces(kPlace, take);
  if (!status && status.error().file == kPlace) status.error().file = input_name(path);
  return status;
}

/// Reads a block behind what is held. False: there is none now, or never will be.
bool LineReader::fill(Wait wait) {
  if (ended_) return false;
  if (wait == Wait::no && !readable(descriptor_, 0)) return false;
  held_.erase(0, at_);
  searched_ -= at_;
  at_ = 0;
  const ssize_t n = append_block(descriptor_, held_);
  if (n <= 0) ended_ = true;
  if (n < 0) error_ = static_cast<int>(-n);
  return n > 0;
}

bool LineReader::has_line() {
  searched_ = std::min(held_.find('\n', searched_), held_.size());
  return searched_ < held_.size();
}

bool LineReader::ready() {
  while (!has_line()) {
    if (ended_ || too_long(held_.size() - at_)) return true;
    if (!fill(Wait::no) && !ended_) return false;
  }
  return true;
}

Result<std::optional<std::string>> LineReader::next() {
  while (!has_line() && !too_long(held_.size() - at_)) {
    if (!fill(Wait::yes)) break;
  }
  if (error_ != 0) return read_error(name_, error_);
  if (at_ == held_.size() && searched_ == held_.size()) return std::optional<std::string>();
  std::string line = held_.substr(at_, searched_ - at_);
  ++number_;
  if (too_long(line.size())) {
    return Error{ErrorCode::bad_input, name_, "line " + std::to_string(number_),
                 "is longer than " + std::to_string(limit_) + " bytes", "end each line with a line break"};
  }
  at_ = std::min(searched_ + 1, held_.size());
  searched_ = at_;
  if (line.ends_with('\r')) line.pop_back();
  if (number_ == 1 && line.starts_with(kByteOrderMark)) line.erase(0, kByteOrderMark.size());
  return std::optional<std::string>(std::move(line));
}

}  // namespace trm
