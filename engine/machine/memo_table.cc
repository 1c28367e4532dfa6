#include "engine/machine/memo_table.h"

namespace trm {

void MemoTable::clear() {
  keys_.clear();
  values_.clear();
  tokens_.clear();
}

std::optional<MemoTable::Tokens> MemoTable::find(std::uint64_t hash, Tokens key) const {
  const std::optional<std::size_t> number = keys_.find(hash, key);
  if (!number) return std::nullopt;
  return Tokens(tokens_).subspan(values_[*number].start, values_[*number].size);
}

void MemoTable::insert(std::uint64_t hash, Tokens key, Tokens value) {
  if (keys_.number(hash, key) < values_.size()) return;
  values_.push_back({tokens_.size(), value.size()});
  tokens_.insert(tokens_.end(), value.begin(), value.end());
}

}  // namespace trm
