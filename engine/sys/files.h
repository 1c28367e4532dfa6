// Whole files: read with a size limit, written atomically.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace trm {

/// Whole file as text, without a byte order mark; what may stand in place of a file is said at open_input(). Error:
/// missing, a directory or another kind, unreadable, larger than `limit` bytes or than the memory that is left,
/// something else in place of a text (foreign.h), or not valid UTF-8 (with the byte offset).
Result<std::string> read_text(const std::string& path, std::size_t limit = std::size_t{64} << 20);

/// Whether write_atomic() can put a file at `path`, as far as that is known without writing: for work that takes long.
/// Error: that of write_atomic().
Status check_target(const std::string& path);

/// Writes the parts one after another to a temporary file in the same directory, syncs it, renames it over `path` and
/// syncs the directory. On error `path` is as it was and the temporary file is gone. Character devices and descriptors
/// (/dev/null, /dev/stdout, /dev/fd/N) are written to; pipes, sockets and block devices are refused.
Status write_atomic(const std::string& path, std::span<const std::span<const std::byte>> parts);
Status write_atomic(const std::string& path, std::string_view text);

/// The bytes of a file piece by piece: each call gives the next ones, valid until the call after it; none at the end.
/// An error ends the writing, and is what it returns.
using ByteSource = std::function<Result<std::span<const std::byte>>()>;
/// The same, for what is made or read while it is written.
Status write_atomic(const std::string& path, const ByteSource& source);

}  // namespace trm
