#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "tests/simd/support.h"

namespace trm::simd::test {
namespace {

TEST_CASE("names go both ways") {
  for (const Isa isa : {Isa::generic, Isa::avx2, Isa::avx512, Isa::neon}) {
    CHECK(parse_isa(isa_name(isa)) == isa);
  }
  for (const char* name : {"", "AVX2", "avx", "avx2 ", "reference", "sse2", "avx5120"}) {
    CAPTURE(name);
    CHECK_FALSE(parse_isa(name).has_value());
  }
}

TEST_CASE("generic always runs and every table carries its own name") {
  CHECK(built_isas().front() == Isa::generic);
  CHECK(missing_reason(Isa::generic).empty());
  for (const Isa isa : {Isa::generic, Isa::avx2, Isa::avx512, Isa::neon}) {
    CAPTURE(isa_name(isa));
    const Kernels<float>* table = isa_table(isa);
    CHECK((table == nullptr) == !missing_reason(isa).empty());
    if (table) CHECK(std::string(table->isa) == isa_name(isa));
    const auto built = built_isas();
    if (std::find(built.begin(), built.end(), isa) == built.end()) CHECK_FALSE(missing_reason(isa).empty());
  }
}

TEST_CASE("no cap: the best that runs") {
  const Selection best = select_isa("");
  REQUIRE(best.table != nullptr);
  CHECK(best.error.empty());
  CHECK(best.table == isa_table(best.isa));
  bool after = false;
  for (const Isa isa : built_isas()) {
    if (after) CHECK(isa_table(isa) == nullptr);
    after = after || isa == best.isa;
  }
}

TEST_CASE("a cap selects exactly that instruction set or is an error") {
  for (const Isa isa : {Isa::generic, Isa::avx2, Isa::avx512, Isa::neon}) {
    const std::string name(isa_name(isa));
    CAPTURE(name);
    const Selection s = select_isa(name);
    CHECK(s.table == isa_table(isa));
    if (s.table) {
      CHECK(s.isa == isa);
      CHECK(s.error.empty());
      CHECK(std::string(s.table->isa) == name);
    } else {
      CHECK(s.error.find(missing_reason(isa)) != std::string::npos);
      CHECK(s.error.find("TRM_ISA") != std::string::npos);
    }
  }
}

TEST_CASE("a name in large letters is the same name") {
  CHECK(select_isa("GENERIC").table == select_isa("generic").table);
  CHECK(select_isa("Generic").table != nullptr);
}

TEST_CASE("a name that is none is an error that shows it and the legal ones") {
  for (const char* name : {"sse9", "fast", " avx2", "avx2,generic", "none"}) {
    CAPTURE(name);
    const Selection s = select_isa(name);
    CHECK(s.table == nullptr);
    CHECK(s.error.find("TRM_ISA") != std::string::npos);
    CHECK(s.error.find(std::string("\"") + name + "\"") != std::string::npos);
    for (const Isa isa : built_isas()) {
      if (missing_reason(isa).empty()) CHECK(s.error.find(isa_name(isa)) != std::string::npos);
    }
  }
}

TEST_CASE("the CPU has a description of one line") {
  const std::string text = cpu_description();
  CHECK(text.size() > 3);
  CHECK(text.find('\n') == std::string::npos);
}

}  // namespace
}  // namespace trm::simd::test
