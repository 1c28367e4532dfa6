// Numbers for token sequences: equal sequences have equal numbers. Emptied between questions without giving its memory
// back, so that the steady state does not allocate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace trm {

/// FNV-1a 64 over the tokens.
std::uint64_t hash_tokens(std::span<const std::int32_t> tokens);

class SequenceTable {
 public:
  using Tokens = std::span<const std::int32_t>;

  void clear();
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  /// `hash` is hash_tokens(sequence).
  [[nodiscard]] std::optional<std::size_t> find(std::uint64_t hash, Tokens sequence) const;
  /// The number of the sequence. One that was not there before gets the next number; the first number is 0.
  std::size_t number(std::uint64_t hash, Tokens sequence);

 private:
  struct Entry {
    std::uint64_t hash;
    std::size_t start, size;  // in tokens_
  };
  [[nodiscard]] std::size_t bucket(std::uint64_t hash, Tokens sequence) const;
  void grow();

  std::vector<std::int32_t> tokens_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> buckets_;  // number + 1; 0: free. A power of two, at most half full.
};

}  // namespace trm
