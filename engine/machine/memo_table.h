// Token sequence -> token sequence, for the answers that one question has seen. Emptied between questions without
// giving its memory back, so that the steady state does not allocate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace trm {

/// FNV-1a 64 over the tokens.
std::uint64_t hash_tokens(std::span<const std::int32_t> tokens);

class MemoTable {
 public:
  using Tokens = std::span<const std::int32_t>;

  void clear();
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  /// The value stored for `key`, valid until the next insert. `hash` is hash_tokens(key).
  [[nodiscard]] std::optional<Tokens> find(std::uint64_t hash, Tokens key) const;
  /// Stores a value; a key that is there already keeps its first value.
  void insert(std::uint64_t hash, Tokens key, Tokens value);

 private:
  struct Entry {
    std::uint64_t hash;
    std::size_t key, key_size, value_size;  // the value follows the key in tokens_
  };
  [[nodiscard]] std::size_t bucket(std::uint64_t hash, Tokens key) const;
  void grow();

  std::vector<std::int32_t> tokens_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> buckets_;  // entry + 1; 0: free. A power of two, at most half full.
};

}  // namespace trm
