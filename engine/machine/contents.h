// What streams hold, with all their parts: numbers that compare it, and flat tokens that say it. Neither recurses: a
// program may nest parts as deep as it likes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/machine/sequence_table.h"
#include "engine/machine/token_stream.h"

namespace trm {

/// Numbers for the contents of the streams of one question. Streams with equal numbers hold the same, however deep; a
/// stream gets its number once, so to compare again costs nothing. Streams that are parts of themselves get numbers of
/// their own. Memory: one word for each item of the streams that were numbered.
class ContentNumbers {
 public:
  void clear();
  /// Above 0. 0: the stream, or a part of it, still grows; `growing` is then that one.
  std::uint32_t number(StreamRef& of, StreamRef& growing);

 private:
  struct Step {
    TokenStream* stream;
    std::size_t next;  // of its parts
    bool cyclic;       // one of its parts holds it
  };
  std::uint32_t close(const Step& step);

  SequenceTable table_;
  std::int32_t cyclic_ = 0;  // streams with numbers of their own
  std::vector<Step> path_;
  std::vector<std::int32_t> key_;
};

/// Writes streams as tokens alone: a token as it is, a part as its contents and `;`.
class Flattener {
 public:
  /// Adds `stream` to `out`, which may grow to `limit` tokens. False: it would be longer, or a part of it grows (then
  /// `closed_only` was asked for); `out` then holds some of it.
  bool add(TokenStream& stream, std::int32_t end_of_part, std::size_t limit, bool closed_only,
           std::vector<std::int32_t>& out);

 private:
  struct Step {
    TokenStream* stream;
    std::size_t at;
  };
  std::vector<Step> path_;
};

}  // namespace trm
