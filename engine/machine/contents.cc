#include "engine/machine/contents.h"

#include <limits>

namespace trm {
namespace {

/// TokenStream::content while the parts of the stream get their numbers.
constexpr std::uint32_t kBusy = std::numeric_limits<std::uint32_t>::max();
/// Starts the keys of streams that are parts of themselves. No item is that small.
constexpr std::int32_t kCyclic = std::numeric_limits<std::int32_t>::min();

}  // namespace

void ContentNumbers::clear() {
  table_.clear();
  cyclic_ = 0;
}

/// All parts of the stream have their numbers.
std::uint32_t ContentNumbers::close(const Step& step) {
  key_.clear();
  if (step.cyclic) {
    key_.insert(key_.end(), {kCyclic, ++cyclic_});
  } else {
    for (const std::int32_t item : step.stream->tokens) {
      key_.push_back(item < 0 ? -static_cast<std::int32_t>(step.stream->part(item).get().content) : item);
    }
  }
  return static_cast<std::uint32_t>(table_.number(hash_tokens(key_), key_)) + 1;
}

std::uint32_t ContentNumbers::number(StreamRef& of, StreamRef& growing) {
  TokenStream& first = of.get();
  if (first.content != 0) return first.content;
  if (!first.closed) {
    growing = of;
    return 0;
  }
  path_.clear();
  first.content = kBusy;
  path_.push_back({&first, 0, false});
  while (!path_.empty()) {
    Step& step = path_.back();
    if (step.next == step.stream->parts.size()) {
      step.stream->content = close(step);
      path_.pop_back();
      continue;
    }
    StreamRef& part = step.stream->parts[step.next++];
    TokenStream& stream = part.get();
    // A stream in the course of being numbered is met again: this one holds itself. Whichever stream of a cycle is
    // finished first is found so; the others are then told apart by it.
    if (stream.content == kBusy) step.cyclic = true;
    if (stream.content != 0) continue;
    if (!stream.closed) {
      for (const Step& each : path_) each.stream->content = 0;
      growing = part;
      return 0;
    }
    stream.content = kBusy;
    path_.push_back({&stream, 0, false});
  }
  return first.content;
}

bool Flattener::add(TokenStream& stream, std::int32_t end_of_part, std::size_t limit, bool closed_only,
                    std::vector<std::int32_t>& out) {
  if (closed_only && !stream.closed) return false;
  path_.clear();
  path_.push_back({&stream, 0});
  for (;;) {
    Step& step = path_.back();
    if (step.at == step.stream->tokens.size()) {
      path_.pop_back();
      if (path_.empty()) return true;
      out.push_back(end_of_part);
      continue;
    }
    // Every open part will add a token of its own, so that this also ends for a stream that holds itself.
    if (out.size() + path_.size() > limit) return false;
    const std::int32_t item = step.stream->tokens[step.at++];
    if (item >= 0) {
      out.push_back(item);
      continue;
    }
    TokenStream& part = step.stream->part(item).get();
    if (closed_only && !part.closed) return false;
    path_.push_back({&part, 0});
  }
}

}  // namespace trm
