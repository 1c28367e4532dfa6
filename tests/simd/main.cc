#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdio>

#include "tests/simd/support.h"

int main(int argc, char** argv) {
  std::printf("%s\n", trm::simd::cpu_description().c_str());
  for (const auto* table : trm::simd::test::tables()) std::printf("tested: %s\n", table->isa);
  for (const auto& reason : trm::simd::test::skipped()) std::printf("skipped: %s\n", reason.c_str());
  std::fflush(stdout);
  return doctest::Context(argc, argv).run();
}
