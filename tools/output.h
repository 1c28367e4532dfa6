// The two output streams. Results go to standard output, and a failure to write them ends the program; everything else
// goes to standard error, and a failure to write it is no reason to stop: the work is worth more than its messages.
// All text is escaped() on its way out, but for newlines and the colours of coloured().
#pragma once

#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace trm::cli {

/// Occupies the descriptors 0, 1 and 2 that are closed, so that no file opened later takes their place. Reading and
/// writing there still fails. To be called before anything is opened.
void keep_streams();

/// Standard output cannot be written: thrown by print(), so that a command ends at once, and caught in main(), which
/// asks output_error() what to say. Not a std::exception, so that nobody takes it for something else.
struct OutputFailed {};

enum class Flush { later, now };
/// Text to standard output, buffered; at once where that is a terminal or `flush` says so. Throws OutputFailed.
void print(std::string_view text, Flush flush = Flush::later);
/// Throws OutputFailed if nobody reads standard output any more, for work that writes nothing for a while.
void require_reader();
/// Writes what print() still holds. Error: that failed now or before. Never throws.
Status flush_output();
/// The errno of the first write to standard output that failed; 0: none has. EPIPE: its reader has gone.
int output_error();

/// A line "trm: ..." to standard error.
void note(std::string_view line);
/// Text to standard error.
void print_error(std::string_view text);
/// Writes over the line of a terminal on which standard error stands.
void redraw_error_line(std::string_view text);

enum class Stream { out, err };
/// `text` in the colour of an ANSI code ("31": red, "2": dim), unless the stream is no terminal or NO_COLOR is set.
/// Only print() and note() turn it into the sequences of a terminal.
std::string coloured(Stream stream, const char* code, std::string_view text);

}  // namespace trm::cli
