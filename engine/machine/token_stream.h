// Streams between frames: one frame writes, others read while it grows. An item of a stream is a token, or another
// stream, which is a part of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "engine/machine/pool.h"
#include "engine/machine/question.h"

namespace trm {

struct TokenStream;

/// A counted reference. The last one gives the stream back to its pool.
class StreamRef {
 public:
  StreamRef() = default;
  StreamRef(const StreamRef& other) : StreamRef(other.stream_) {}
  StreamRef(StreamRef&& other) noexcept : stream_(std::exchange(other.stream_, nullptr)) {}
  StreamRef& operator=(StreamRef other) noexcept {
    std::swap(stream_, other.stream_);
    return *this;
  }
  ~StreamRef() {
    if (stream_ != nullptr) drop(stream_);
  }

  /// An empty, growing stream.
  static StreamRef make(Pool<TokenStream>& pool);

  explicit operator bool() const { return stream_ != nullptr; }
  /// The stream itself, behind all aliases.
  TokenStream& get();
  /// Makes this stream, which nobody has written to, another name of `other`.
  void become(StreamRef& other);
  void reset() { *this = StreamRef(); }

 private:
  explicit StreamRef(TokenStream* stream);
  static void drop(TokenStream* stream);

  TokenStream* stream_ = nullptr;
};

struct TokenStream {
  std::vector<std::int32_t> tokens;  ///< items; -(i + 1): parts[i]
  std::vector<StreamRef> parts;      ///< in the order in which they stand among the items
  bool closed = false;               ///< will not grow any more
  TokenStream* alias = nullptr;      ///< the stream that this one turned out to be; it holds a reference
  std::size_t given = kNoStream;     ///< of a stream that came with the question: its index there
  std::uint32_t content = 0;         ///< its number in ContentNumbers; 0: has none yet
  std::size_t references = 0;
  Pool<TokenStream>* home = nullptr;
  TokenStream* next_unused = nullptr;  ///< in the list of streams that are given back together

  void add_part(const StreamRef& part) {
    parts.push_back(part);
    tokens.push_back(-static_cast<std::int32_t>(parts.size()));
  }
  /// The part that a negative item stands for.
  [[nodiscard]] StreamRef& part(std::int32_t item) { return parts[static_cast<std::size_t>(-(item + 1))]; }
  /// Adds the item at `at` of another stream.
  void add_item(TokenStream& from, std::size_t at) {
    const std::int32_t item = from.tokens[at];
    item < 0 ? add_part(from.part(item)) : tokens.push_back(item);
  }
};

struct MachineFrame;
struct StreamArgument;

/// A place in a stream. Several frames may hold it: they read in the order in which they would if every callee ran to
/// its end before its caller went on. So what each of them reads does not depend on scheduling.
struct StreamHandle {
  std::size_t at = 0;               ///< of the next item
  StreamArgument* first = nullptr;  ///< whose turn it is; callees stand before their callers
};

/// A stream argument of a frame (X, Y or Z), and its place among those that hold the same handle.
struct StreamArgument {
  MachineFrame* frame = nullptr;
  StreamRef stream;
  StreamHandle* handle = nullptr;  ///< null once the frame has ended
  StreamArgument *before = nullptr, *after = nullptr;
  std::size_t start = 0;  ///< where the handle stood when the frame was made
  bool exact = false;     ///< nobody before this frame could move it then
  bool shared = false;    ///< with the caller

  /// Gives `frame` a handle of its own at the start of `of`.
  void open(MachineFrame* owner, const StreamRef& of, Pool<StreamHandle>& handles);
  /// Gives `owner`, a callee, the handle of its caller's argument.
  void share(MachineFrame* owner, StreamArgument& callers);
  /// Lets go of the handle; the stream stays.
  void leave(Pool<StreamHandle>& handles);
  [[nodiscard]] bool has_turn() const { return handle->first->frame == frame; }
};

/// Equal streams at equal places. Streams that grow, and parts, are equal to themselves only.
bool same_start(StreamArgument& a, StreamArgument& b);

}  // namespace trm
