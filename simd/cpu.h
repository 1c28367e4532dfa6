// Which instruction sets this machine has, and the kernel table to use.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "simd/kernels.h"

namespace trm::simd {

/// Each has a row in isa_rows.h, in this order.
enum class Isa { generic, avx2, avx2vnni, avx512, avx512vnni, avx512bf16, amx, neon, neondot };

std::string_view isa_name(Isa isa);
std::optional<Isa> parse_isa(std::string_view name);

/// Instruction sets this binary was built with, worst first. generic is always there.
std::span<const Isa> built_isas();
/// Why the machine cannot run `isa` (CPUID and XCR0, or HWCAP); empty: it can.
std::string missing_reason(Isa isa);
/// What oneDNN calls the same cap (ONEDNN_MAX_CPU_ISA); null: it has no name for it.
const char* onednn_cap(Isa isa);
std::string_view weight_type_name(WeightType type);  ///< "fp32", "bf16", "int8", "auto"
std::optional<WeightType> parse_weight_type(std::string_view name);

/// The float32 table of one instruction set; null where it is not built or the machine cannot run it.
const Kernels<float>* isa_table(Isa isa, WeightType weights = WeightType::fp32);
/// The same functions with weights of another type. A table of no instruction set (the reference) stays what it is.
const Kernels<float>& with_weights(const Kernels<float>& kernels, WeightType weights);

struct Selection {
  const Kernels<float>* table = nullptr;  ///< null on error
  Isa isa = Isa::generic;
  std::string error;  ///< names TRM_ISA, its value and the legal values
};
/// The best table that is worth it on this machine (isa_rows.h), or that of `cap` (usually the environment variable
/// TRM_ISA; empty: none).
/// Case does not matter. An unknown name, or one that this binary or machine does not have, is an error, never a silent
/// fallback.
Selection select_isa(std::string_view cap, WeightType weights = WeightType::fp32);

/// One line for records and reports: vendor, model name, features that matter.
std::string cpu_description();

}  // namespace trm::simd
