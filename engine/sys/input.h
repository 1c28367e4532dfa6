// Texts from outside: files, and what comes through a descriptor that somebody opened for this program.
#pragma once

#include <cstddef>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "engine/sys/file_descriptor.h"

namespace trm {

/// The open descriptor that a path names: /dev/stdin, /dev/stdout, /dev/stderr, /dev/fd/N, /proc/self/fd/N (the shell
/// makes such names of <(command), too). -1: it names a file.
int named_descriptor(std::string_view path);

/// Opens a regular file to be read. Other kinds are refused at once, since they may have no end, or no beginning:
/// folders, pipes, sockets, devices. But named_descriptor() was opened on purpose, and is read to its end whatever it
/// is.
Result<FileDescriptor> open_input(const std::string& path);

/// Gives all of a text to `take`, piece by piece, without a byte order mark. Error: that of `take`, that of
/// open_input(), unreadable, or UTF-16 and UTF-32 by their byte order mark. Whether the text is UTF-8 is not looked at.
Status read_pieces(const std::string& path, const std::function<Status(std::string_view)>& take);

/// A stream at the beginning of a text, behind its byte order mark. Error: as read_pieces().
Result<std::ifstream> open_text_stream(const std::string& path);

/// All of standard input; as read_text(), of which `limit` is the largest number of bytes.
Result<std::string> read_standard_input(std::size_t limit = std::size_t{64} << 20);

}  // namespace trm
