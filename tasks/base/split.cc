#include "tasks/base/split.h"

namespace trm::tasks {

/// FNV-1a 64 with a final mixing, so that every bit depends on every byte.
std::uint64_t form_hash(std::string_view canonical) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : canonical) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9u;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebu;
  return hash ^ (hash >> 31);
}

std::string_view split_of(std::string_view canonical) {
  const std::uint64_t bucket = form_hash(canonical) % 10;
  if (bucket < 8) return "train";
  return bucket == 8 ? "validation" : "test";
}

std::string_view split_behind(std::string_view slice) {
  return slice == "train" || slice == "validation" ? slice : "test";
}

}  // namespace trm::tasks
