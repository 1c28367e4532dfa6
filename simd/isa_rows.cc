#include "simd/isa_rows.h"

#include <cstddef>
#include <iterator>

#include "simd/isa_tables.h"

namespace trm::simd {
namespace {

constexpr CpuFeature avx2_features[] = {
    {"AVX", CpuWord::ecx, 28, 1}, {"FMA", CpuWord::ecx, 12, 1}, {"AVX2", CpuWord::ebx, 5, 7}};
constexpr CpuFeature avx512_features[] = {{"AVX512F", CpuWord::ebx, 16, 7},
                                          {"AVX512DQ", CpuWord::ebx, 17, 7},
                                          {"AVX512BW", CpuWord::ebx, 30, 7},
                                          {"AVX512VL", CpuWord::ebx, 31, 7}};
constexpr CpuFeature neon_features[] = {{"ASIMD", CpuWord::hwcap, 1}};

constexpr SavedRegisters avx_registers = {"AVX", 0x06};         // SSE and the upper halves of ymm
constexpr SavedRegisters avx512_registers = {"AVX-512", 0xe6};  // and masks, upper halves of zmm, zmm16-31

constexpr IsaRow rows[] = {
    {Isa::generic, "generic", {}, {}, {}, "SSE41", override_generic},
    {Isa::avx2, "avx2", Isa::generic, avx2_features, avx_registers, "AVX2", override_avx2},
    {Isa::avx512, "avx512", Isa::avx2, avx512_features, avx512_registers, "AVX512_CORE", override_avx512},
    {Isa::neon, "neon", Isa::generic, neon_features, {}, nullptr, override_neon},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    if (rows[i].isa != static_cast<Isa>(i) || (rows[i].parent && *rows[i].parent >= rows[i].isa)) return false;
  }
  return true;
}
static_assert(in_order(), "row i describes Isa(i) and stands behind its parent");

}  // namespace

std::span<const IsaRow> isa_rows() {
  return rows;
}

const IsaRow& isa_row(Isa isa) {
  return rows[static_cast<std::size_t>(isa)];
}

std::string missing_reason(const IsaRow& row) {
  if (row.override_kernels == nullptr) return std::string("this binary was built without ") + row.name;
  if (row.parent) {
    if (std::string reason = missing_reason(isa_row(*row.parent)); !reason.empty()) return reason;
  }
  for (const CpuFeature& feature : row.features) {
    if (!has_feature(feature)) return std::string("the CPU has no ") + feature.name;
  }
  if (!saves_registers(row.registers)) {
    return std::string("the operating system does not save the ") + row.registers.name + " registers";
  }
  return {};
}

Kernels<float> inherited_kernels(const IsaRow& row) {
  Kernels<float> kernels = row.parent ? inherited_kernels(isa_row(*row.parent)) : Kernels<float>{};
  row.override_kernels(kernels);
  kernels.isa = row.name;
  return kernels;
}

}  // namespace trm::simd
