// Small files of /proc and /sys: whole text, empty when absent.
#pragma once

#include <fstream>
#include <iterator>
#include <string>

namespace trm {

inline std::string read_proc_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return {};
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace trm
