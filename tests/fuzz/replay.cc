// Runs a fuzz target over the files of its corpus, without a fuzzer: every compiler and sanitizer can do this.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

#include "tests/fuzz/check.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s CORPUS_FOLDER\n", argv[0]);
    return 2;
  }
  std::size_t inputs = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1], error)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    std::printf("%s (%zu bytes)\n", entry.path().filename().c_str(), bytes.size());
    std::fflush(stdout);
    // Whole, and cut short at every place: most real damage is a truncated file. The copy has no spare bytes after it.
    for (std::size_t size = bytes.size();; --size) {
      const std::vector<std::uint8_t> exact(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
      LLVMFuzzerTestOneInput(exact.data(), exact.size());
      ++inputs;
      if (size == 0) break;
    }
  }
  if (error || inputs == 0) {
    std::fprintf(stderr, "no input in %s\n", argv[1]);
    return 1;
  }
  std::printf("%zu inputs\n", inputs);
  return 0;
}
