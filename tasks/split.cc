// Which split a start value belongs to. A chain of calls keeps its start values, so everything that one chain shows
// stays in one split.
#include <cstdint>

#include "tasks/task.h"

namespace trm::tasks {
namespace {

/// FNV-1a 64 with a final mixing, so that every bit depends on every byte.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9u;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebu;
  return hash ^ (hash >> 31);
}

}  // namespace

std::string_view split_of(std::string_view canonical) {
  const std::uint64_t bucket = hash_of(canonical) % 10;
  if (bucket < 8) return "train";
  return bucket == 8 ? "validation" : "test";
}

}  // namespace trm::tasks
