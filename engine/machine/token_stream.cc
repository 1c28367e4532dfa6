#include "engine/machine/token_stream.h"

namespace trm {

StreamRef StreamRef::make(Pool<TokenStream>& pool) {
  TokenStream* stream = pool.take();
  stream->tokens.clear();
  stream->closed = false;
  stream->home = &pool;
  return StreamRef(stream);
}

void StreamRef::drop(TokenStream* stream) {
  // A loop: a chain of aliases can be as long as the call stack is deep.
  while (stream != nullptr && --stream->references == 0) {
    TokenStream* next = std::exchange(stream->alias, nullptr);
    stream->home->give(stream);
    stream = next;
  }
}

TokenStream& StreamRef::get() {
  while (stream_->alias != nullptr) *this = StreamRef(stream_->alias);
  return *stream_;
}

void StreamRef::become(StreamRef& other) {
  TokenStream& target = other.get();
  ++target.references;
  stream_->alias = &target;
}

void StreamArgument::open(MachineFrame* owner, const StreamRef& of, Pool<StreamHandle>& handles) {
  frame = owner;
  stream = of;
  handle = handles.take();
  handle->at = 0;
  handle->first = this;
  before = after = nullptr;
  start = 0;
  exact = true;
  shared = false;
}

void StreamArgument::share(MachineFrame* owner, StreamArgument& callers) {
  frame = owner;
  stream = callers.stream;
  handle = callers.handle;
  // A frame can hold a handle as several arguments, which stand together.
  before = callers.before;
  after = &callers;
  while (before != nullptr && before->frame == callers.frame) {
    after = before;
    before = before->before;
  }
  after->before = this;
  (before != nullptr ? before->after : handle->first) = this;
  start = handle->at;
  exact = has_turn();
  shared = true;
}

void StreamArgument::leave(Pool<StreamHandle>& handles) {
  (before != nullptr ? before->after : handle->first) = after;
  if (after != nullptr) after->before = before;
  if (handle->first == nullptr) handles.give(handle);
  handle = nullptr;
  before = after = nullptr;
}

bool same_start(StreamArgument& a, StreamArgument& b) {
  if (!a.exact || !b.exact || a.start != b.start) return false;
  const TokenStream& first = a.stream.get();
  const TokenStream& second = b.stream.get();
  return &first == &second || (first.closed && second.closed && first.tokens == second.tokens);
}

}  // namespace trm
