// Token sequence -> token sequence, for the answers that one question has seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/machine/sequence_table.h"

namespace trm {

class MemoTable {
 public:
  using Tokens = std::span<const std::int32_t>;

  void clear();
  [[nodiscard]] std::size_t size() const { return values_.size(); }
  /// The value stored for `key`, valid until the next insert. `hash` is hash_tokens(key).
  [[nodiscard]] std::optional<Tokens> find(std::uint64_t hash, Tokens key) const;
  /// Stores a value; a key that is there already keeps its first value.
  void insert(std::uint64_t hash, Tokens key, Tokens value);

 private:
  struct Value {
    std::size_t start, size;  // in tokens_
  };
  SequenceTable keys_;
  std::vector<Value> values_;  // by the number of the key
  std::vector<std::int32_t> tokens_;
};

}  // namespace trm
