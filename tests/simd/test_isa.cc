#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string>
#include <string_view>

#include "simd/isa_rows.h"
#include "tests/simd/support.h"

namespace trm::simd::test {
namespace {

/// The table as the pointers that it consists of.
constexpr std::size_t kPointers = sizeof(Kernels<float>) / sizeof(void*);
static_assert(sizeof(Kernels<float>) % sizeof(void*) == 0);
std::array<const void*, kPointers> as_pointers(const Kernels<float>& kernels) {
  std::array<const void*, kPointers> out{};
  std::memcpy(out.data(), &kernels, sizeof(kernels));
  return out;
}

/// Beyond the last subleaf on x86-64, and no word of any other machine.
constexpr CpuFeature kImaginary[] = {{"TELEPATHY", CpuWord::eax, 3, 7, 0xffffU}};

const Matmul<float>& other_family() {
  static const Matmul<float> family = *reference<float>().matmul;
  return family;
}
void override_matmul(Kernels<float>& kernels) {
  kernels.matmul = &other_family();
}

/// A row that is not in the table, as a unit that only multiplies matrices would be.
IsaRow made_up(Isa parent) {
  return {Isa::generic, "made-up", parent, {}, {}, nullptr, override_matmul};
}

TEST_CASE("every instruction set is tested here, or the output says why not") {
  const auto asked = [](std::string_view name) {
    const char* list = std::getenv("TRM_TEST_ISA");
    return list == nullptr || ("," + std::string(list) + ",").find("," + std::string(name) + ",") != std::string::npos;
  };
  std::printf("%s\n", cpu_description().c_str());
  for (const auto* table : tables()) std::printf("tested: %s\n", table->isa);
  for (const std::string& reason : skipped()) std::printf("skipped: %s\n", reason.c_str());
  std::fflush(stdout);
  for (const IsaRow& row : isa_rows()) {
    CAPTURE(row.name);
    const auto is_tested = [&](const Kernels<float>* table) { return row.name == std::string_view(table->isa); };
    CHECK(std::ranges::any_of(tables(), is_tested) == (missing_reason(row).empty() && asked(row.name)));
  }
}

TEST_CASE("names go both ways") {
  for (const Isa isa : {Isa::generic, Isa::avx2, Isa::avx2vnni, Isa::avx512, Isa::avx512vnni, Isa::avx512bf16, Isa::amx,
                        Isa::neon, Isa::neondot}) {
    CHECK(parse_isa(isa_name(isa)) == isa);
  }
  for (const char* name : {"", "AVX2", "avx", "avx2 ", "reference", "sse2", "avx5120"}) {
    CAPTURE(name);
    CHECK_FALSE(parse_isa(name).has_value());
  }
}

TEST_CASE("rows: each describes its own instruction set, behind its parent, and names all that it needs") {
  std::set<std::string> names;
  std::set<std::string> features;
  std::size_t at = 0;
  for (const IsaRow& row : isa_rows()) {
    CAPTURE(row.name);
    CHECK(static_cast<std::size_t>(row.isa) == at++);
    CHECK(&isa_row(row.isa) == &row);
    CHECK(names.insert(row.name).second);
    CHECK(row.parent.has_value() == (row.isa != Isa::generic));
    if (row.parent) CHECK(*row.parent < row.isa);
    for (const CpuFeature& feature : row.features) {
      REQUIRE(feature.name != nullptr);
      CHECK(features.insert(feature.name).second);  // a parent's feature is not listed again
    }
    CHECK((row.registers.name == nullptr) == (row.registers.xcr0 == 0));
  }
  CHECK(names.size() == 9);
  for (const CpuFeature& feature : other_features()) CHECK(features.insert(feature.name).second);
  for (const char* name : {"AVX", "FMA", "AVX2", "AVX512F", "AVX512DQ", "AVX512BW", "AVX512VL", "AMX_TILE", "AMX_INT8",
                           "AMX_BF16", "ASIMD"}) {
    CAPTURE(name);
    CHECK(features.count(name) == 1);
  }
}

TEST_CASE("rows: what oneDNN calls the same cap") {
  CHECK(std::string(onednn_cap(Isa::generic)) == "SSE41");
  CHECK(std::string(onednn_cap(Isa::avx2)) == "AVX2");
  CHECK(std::string(onednn_cap(Isa::avx2vnni)) == "AVX2_VNNI");
  CHECK(std::string(onednn_cap(Isa::avx512)) == "AVX512_CORE");
  CHECK(onednn_cap(Isa::neondot) == nullptr);
  CHECK(std::string(onednn_cap(Isa::avx512vnni)) == "AVX512_CORE_VNNI");
  CHECK(std::string(onednn_cap(Isa::avx512bf16)) == "AVX512_CORE_BF16");
  CHECK(std::string(onednn_cap(Isa::amx)) == "AVX512_CORE_AMX");
  CHECK(onednn_cap(Isa::neon) == nullptr);
}

TEST_CASE("rows: no table that runs has a gap") {
  for (const IsaRow& row : isa_rows()) {
    CAPTURE(row.name);
    const Kernels<float>* table = isa_table(row.isa);
    if (table == nullptr) continue;
    for (const void* p : as_pointers(*table)) CHECK(p != nullptr);
    CHECK(as_pointers(inherited_kernels(row)) == as_pointers(*table));
  }
}

TEST_CASE("rows: a child has its parent's functions but for its own") {
  for (const IsaRow& parent : isa_rows()) {
    CAPTURE(parent.name);
    const IsaRow child = made_up(parent.isa);
    CHECK(missing_reason(child) == missing_reason(parent));
    if (!missing_reason(parent).empty()) continue;
    Kernels<float> got = inherited_kernels(child);
    CHECK(std::string(got.isa) == "made-up");
    CHECK(got.matmul == &other_family());
    got.isa = isa_table(parent.isa)->isa;
    got.matmul = isa_table(parent.isa)->matmul;
    CHECK(as_pointers(got) == as_pointers(*isa_table(parent.isa)));
  }
}

TEST_CASE("rows: what is missing is said by its name") {
  IsaRow row = made_up(Isa::generic);
  CHECK(missing_reason(row).empty());
  row.registers = {"crystal", std::uint64_t{1} << 59U};
  CHECK(missing_reason(row) == "the operating system does not save the crystal registers");
  row.registers = {"crystal", 0, 62};
  const std::string refused = missing_reason(row);
  CAPTURE(refused);
  CHECK(refused.starts_with("the operating system refuses the crystal registers: "));
  CHECK(missing_reason(row) == refused);
  row.features = kImaginary;
  CHECK(missing_reason(row) == "the CPU has no TELEPATHY");
  row.override_kernels = nullptr;
  CHECK(missing_reason(row) == "this binary was built without made-up");
}

TEST_CASE("rows: amx is AVX-512 with VNNI but for two products, and no other row has them") {
  const IsaRow& row = isa_row(Isa::amx);
  CHECK(row.parent == Isa::avx512vnni);
  CHECK(row.registers.xcr0 == (std::uint64_t{3} << 17U));
  CHECK(row.registers.on_request == 18);
  const Kernels<float>* table = isa_table(Isa::amx);
  if (table == nullptr) return;
  Kernels<float> got = *table;
  const Kernels<float>& parent = *isa_table(Isa::avx512vnni);
  CHECK(got.matmul_bf16 != parent.matmul_bf16);
  CHECK(got.matmul_int8 != parent.matmul_int8);
  for (const Isa isa : built_isas()) {
    const Kernels<float>* other = isa_table(isa);
    if (isa == Isa::amx || other == nullptr) continue;
    CHECK(other->matmul_bf16 != got.matmul_bf16);
    CHECK(other->matmul_int8 != got.matmul_int8);
  }
  got.isa = parent.isa;
  got.matmul_bf16 = parent.matmul_bf16;
  got.matmul_int8 = parent.matmul_int8;
  CHECK(as_pointers(got) == as_pointers(parent));
}

TEST_CASE("rows: the description of the CPU lists the features that it has, and no other") {
  const std::string text = cpu_description() + " ";
  for (const IsaRow& row : isa_rows()) {
    for (const CpuFeature& feature : row.features) {
      CAPTURE(feature.name);
      CHECK((text.find(std::string(" ") + feature.name + " ") != std::string::npos) == has_feature(feature));
    }
  }
}

TEST_CASE("generic always runs and every table carries its own name") {
  CHECK(built_isas().front() == Isa::generic);
  CHECK(missing_reason(Isa::generic).empty());
  for (const Isa isa :
       {Isa::generic, Isa::avx2, Isa::avx2vnni, Isa::avx512, Isa::avx512vnni, Isa::amx, Isa::neon, Isa::neondot}) {
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
    const bool chosen = isa_row(isa).worth_it == nullptr || isa_row(isa).worth_it();
    if (after && chosen) CHECK(isa_table(isa) == nullptr);
    after = after || isa == best.isa;
  }
}

TEST_CASE("a cap selects exactly that instruction set or is an error") {
  for (const Isa isa :
       {Isa::generic, Isa::avx2, Isa::avx2vnni, Isa::avx512, Isa::avx512vnni, Isa::amx, Isa::neon, Isa::neondot}) {
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
