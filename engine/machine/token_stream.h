// Streams of tokens between frames: one frame writes, others read while it grows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/machine/pool.h"

namespace trm {

struct TokenStream {
  std::vector<std::int32_t> tokens;
  bool closed = false;           ///< will not grow any more
  TokenStream* alias = nullptr;  ///< the stream that this one turned out to be; it holds a reference
  std::size_t references = 0;
  Pool<TokenStream>* home = nullptr;
};

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
  ~StreamRef() { drop(stream_); }

  /// An empty, growing stream.
  static StreamRef make(Pool<TokenStream>& pool);

  explicit operator bool() const { return stream_ != nullptr; }
  /// The stream itself, behind all aliases.
  TokenStream& get();
  /// Makes this stream, which nobody has written to, another name of `other`.
  void become(StreamRef& other);
  void reset() { *this = StreamRef(); }

 private:
  explicit StreamRef(TokenStream* stream) : stream_(stream) {
    if (stream_ != nullptr) ++stream_->references;
  }
  static void drop(TokenStream* stream);

  TokenStream* stream_ = nullptr;
};

struct MachineFrame;
struct StreamArgument;

/// A place in a stream. Several frames may hold it: they read in the order in which they would if every callee ran to
/// its end before its caller went on. So what each of them reads does not depend on scheduling.
struct StreamHandle {
  std::size_t at = 0;               ///< of the next token
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

/// Equal streams at equal places. Streams that grow are equal to themselves only.
bool same_start(StreamArgument& a, StreamArgument& b);

}  // namespace trm
