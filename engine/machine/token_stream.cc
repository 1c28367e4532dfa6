#include "engine/machine/token_stream.h"

#include <algorithm>

namespace trm {

StreamRef::StreamRef(TokenStream* stream) : stream_(stream) {
  if (stream_ != nullptr) ++stream_->references;
}

StreamRef StreamRef::make(Pool<TokenStream>& pool) {
  TokenStream* stream = pool.take();
  stream->tokens.clear();
  stream->closed = false;
  stream->given = kNoStream;
  stream->content = 0;
  stream->home = &pool;
  return StreamRef(stream);
}

void StreamRef::drop(TokenStream* stream) {
  // A list and a loop: a chain of aliases can be as long as the call stack is deep, and parts lie in parts as deep as a
  // program made them.
  TokenStream* unused = nullptr;
  const auto let_go = [&unused](TokenStream* each) {
    if (each == nullptr || --each->references > 0) return;
    each->next_unused = std::exchange(unused, each);
  };
  let_go(stream);
  while (unused != nullptr) {
    TokenStream* each = std::exchange(unused, unused->next_unused);
    let_go(std::exchange(each->alias, nullptr));
    for (StreamRef& part : each->parts) let_go(std::exchange(part.stream_, nullptr));
    each->parts.clear();
    each->home->give(each);
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
  TokenStream& first = a.stream.get();
  TokenStream& second = b.stream.get();
  if (&first == &second) return true;
  if (!first.closed || !second.closed || first.tokens != second.tokens) return false;
  return std::equal(first.parts.begin(), first.parts.end(), second.parts.begin(), second.parts.end(),
                    [](StreamRef& one, StreamRef& other) { return &one.get() == &other.get(); });
}

}  // namespace trm
