#include "simd/isa_rows.h"

#include <cstddef>
#include <iterator>

#include "simd/isa_tables.h"

namespace trm::simd {
namespace {

constexpr CpuFeature kAvx2Features[] = {
    {"AVX", CpuWord::ecx, 28, 1}, {"FMA", CpuWord::ecx, 12, 1}, {"AVX2", CpuWord::ebx, 5, 7}};
constexpr CpuFeature kAvx2VnniFeatures[] = {{"AVX_VNNI", CpuWord::eax, 4, 7, 1}};
constexpr CpuFeature kAvx512Features[] = {{"AVX512F", CpuWord::ebx, 16, 7},
                                          {"AVX512DQ", CpuWord::ebx, 17, 7},
                                          {"AVX512BW", CpuWord::ebx, 30, 7},
                                          {"AVX512VL", CpuWord::ebx, 31, 7}};
constexpr CpuFeature kAvx512VnniFeatures[] = {{"AVX512_VNNI", CpuWord::ecx, 11, 7}};
constexpr CpuFeature kAvx512Bf16Features[] = {{"AVX512_BF16", CpuWord::eax, 5, 7, 1}};
constexpr CpuFeature kAmxFeatures[] = {
    {"AMX_TILE", CpuWord::edx, 24, 7}, {"AMX_INT8", CpuWord::edx, 25, 7}, {"AMX_BF16", CpuWord::edx, 22, 7}};
constexpr CpuFeature kNeonFeatures[] = {{"ASIMD", CpuWord::hwcap, 1}};
constexpr CpuFeature kNeonDotFeatures[] = {{"ASIMDDP", CpuWord::hwcap, 20}};

constexpr SavedRegisters kAvxRegisters = {"AVX", 0x06};         // SSE and the upper halves of ymm
constexpr SavedRegisters kAvx512Registers = {"AVX-512", 0xe6};  // and masks, upper halves of zmm, zmm16-31
constexpr SavedRegisters kAmxRegisters = {"AMX", 0x60000, 18};  // shapes of tiles, and tiles on request: they are 8 KiB

/// The cores of Intel that have vdpbf16ps run it at a quarter of the rate of fused multiply-adds, so at half of their
/// products: weights widened to floats are faster there. AMD runs it at half the rate.
bool runs_bf16_fast() {
  return !vendor_and_model().starts_with("GenuineIntel");
}

constexpr IsaRow kRows[] = {
    {Isa::generic, "generic", {}, {}, {}, "SSE41", override_generic},
    {Isa::avx2, "avx2", Isa::generic, kAvx2Features, kAvxRegisters, "AVX2", override_avx2},
    {Isa::avx2vnni, "avx2vnni", Isa::avx2, kAvx2VnniFeatures, {}, "AVX2_VNNI", override_avx2vnni},
    {Isa::avx512, "avx512", Isa::avx2, kAvx512Features, kAvx512Registers, "AVX512_CORE", override_avx512},
    {Isa::avx512vnni, "avx512vnni", Isa::avx512, kAvx512VnniFeatures, {}, "AVX512_CORE_VNNI", override_avx512vnni},
    {Isa::avx512bf16,
     "avx512bf16",
     Isa::avx512vnni,
     kAvx512Bf16Features,
     {},
     "AVX512_CORE_BF16",
     override_avx512bf16,
     runs_bf16_fast},
    {Isa::amx, "amx", Isa::avx512vnni, kAmxFeatures, kAmxRegisters, "AVX512_CORE_AMX", override_amx},
    {Isa::neon, "neon", Isa::generic, kNeonFeatures, {}, nullptr, override_neon},
    {Isa::neondot, "neondot", Isa::neon, kNeonDotFeatures, {}, nullptr, override_neondot},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(kRows); ++i) {
    if (kRows[i].isa != static_cast<Isa>(i) || (kRows[i].parent && *kRows[i].parent >= kRows[i].isa)) return false;
  }
  return true;
}
static_assert(in_order(), "row i describes Isa(i) and stands behind its parent");

}  // namespace

std::span<const IsaRow> isa_rows() {
  return kRows;
}

const IsaRow& isa_row(Isa isa) {
  return kRows[static_cast<std::size_t>(isa)];
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
  if (const std::string why = refused_registers(row.registers); !why.empty()) {
    return std::string("the operating system refuses the ") + row.registers.name + " registers: " + why;
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
