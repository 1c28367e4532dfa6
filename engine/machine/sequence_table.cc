#include "engine/machine/sequence_table.h"

#include <algorithm>

namespace trm {

std::uint64_t hash_tokens(std::span<const std::int32_t> tokens) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const std::int32_t token : tokens) {
    hash ^= static_cast<std::uint32_t>(token);
    hash *= 0x100000001b3u;
  }
  // The low bits choose the bucket: let the high ones take part.
  return hash ^ (hash >> 32);
}

void SequenceTable::clear() {
  if (entries_.empty()) return;  // a large table of an earlier question costs a small one nothing
  tokens_.clear();
  entries_.clear();
  std::fill(buckets_.begin(), buckets_.end(), 0u);
}

std::size_t SequenceTable::bucket(std::uint64_t hash, Tokens sequence) const {
  const std::size_t mask = buckets_.size() - 1;
  std::size_t at = static_cast<std::size_t>(hash) & mask;
  for (; buckets_[at] != 0; at = (at + 1) & mask) {
    const Entry& entry = entries_[buckets_[at] - 1];
    if (entry.hash != hash || entry.size != sequence.size()) continue;
    if (std::equal(sequence.begin(), sequence.end(), tokens_.begin() + static_cast<std::ptrdiff_t>(entry.start))) break;
  }
  return at;
}

std::optional<std::size_t> SequenceTable::find(std::uint64_t hash, Tokens sequence) const {
  if (buckets_.empty()) return std::nullopt;
  const std::uint32_t slot = buckets_[bucket(hash, sequence)];
  if (slot == 0) return std::nullopt;
  return slot - 1;
}

std::size_t SequenceTable::number(std::uint64_t hash, Tokens sequence) {
  if (2 * (entries_.size() + 1) > buckets_.size()) grow();
  std::uint32_t& slot = buckets_[bucket(hash, sequence)];
  if (slot == 0) {
    entries_.push_back({hash, tokens_.size(), sequence.size()});
    tokens_.insert(tokens_.end(), sequence.begin(), sequence.end());
    slot = static_cast<std::uint32_t>(entries_.size());
  }
  return slot - 1;
}

void SequenceTable::grow() {
  buckets_.assign(std::max<std::size_t>(64, 2 * buckets_.size()), 0u);
  const std::size_t mask = buckets_.size() - 1;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    std::size_t at = static_cast<std::size_t>(entries_[i].hash) & mask;
    while (buckets_[at] != 0) at = (at + 1) & mask;
    buckets_[at] = static_cast<std::uint32_t>(i + 1);
  }
}

}  // namespace trm
