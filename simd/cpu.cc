#include "simd/cpu.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <vector>

#include "simd/isa_rows.h"

namespace trm::simd {
namespace {

constexpr const char* kWeightTypeNames[] = {"fp32", "bf16", "int8", "auto"};

}  // namespace

std::string_view isa_name(Isa isa) {
  return isa_row(isa).name;
}

std::optional<Isa> parse_isa(std::string_view name) {
  for (const IsaRow& row : isa_rows()) {
    if (row.name == name) return row.isa;
  }
  return std::nullopt;
}

std::span<const Isa> built_isas() {
  static const std::vector<Isa> built = [] {
    std::vector<Isa> out;
    for (const IsaRow& row : isa_rows()) {
      if (row.override_kernels != nullptr) out.push_back(row.isa);
    }
    return out;
  }();
  return built;
}

std::string missing_reason(Isa isa) {
  return missing_reason(isa_row(isa));
}

const char* onednn_cap(Isa isa) {
  return isa_row(isa).onednn;
}

std::string_view weight_type_name(WeightType type) {
  return kWeightTypeNames[static_cast<std::size_t>(type)];
}

std::optional<WeightType> parse_weight_type(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kWeightTypeNames); ++i) {
    if (kWeightTypeNames[i] == name) return static_cast<WeightType>(i);
  }
  return std::nullopt;
}

const Kernels<float>* isa_table(Isa isa, WeightType weights) {
  // One table for each row and type of weights, made once; those that the machine cannot run stay empty.
  static const std::vector<Kernels<float>> tables = [] {
    std::vector<Kernels<float>> out;
    for (const IsaRow& row : isa_rows()) {
      const Kernels<float> made = missing_reason(row).empty() ? inherited_kernels(row) : Kernels<float>{};
      for (std::size_t type = 0; type < std::size(kWeightTypeNames); ++type) {
        Kernels<float>& table = out.emplace_back(made);
        if (made.isa == nullptr) continue;
        if (static_cast<WeightType>(type) == WeightType::fp32) continue;  // as it is made
        table.weights = kWeightTypeNames[type];
        table.linear = &table.family(static_cast<WeightType>(type));
      }
    }
    return out;
  }();
  const Kernels<float>& table =
      tables[static_cast<std::size_t>(isa) * std::size(kWeightTypeNames) + static_cast<std::size_t>(weights)];
  return table.isa == nullptr ? nullptr : &table;
}

const Kernels<float>& with_weights(const Kernels<float>& kernels, WeightType weights) {
  const std::optional<Isa> isa = parse_isa(kernels.isa);
  const Kernels<float>* table = isa ? isa_table(*isa, weights) : nullptr;
  return table == nullptr ? kernels : *table;
}

Selection select_isa(std::string_view cap, WeightType weights) {
  const std::span<const Isa> built = built_isas();
  if (cap.empty()) {
    for (std::size_t i = built.size(); i-- > 0;) {
      const IsaRow& row = isa_row(built[i]);
      if (row.worth_it != nullptr && !row.worth_it()) continue;
      if (const Kernels<float>* table = isa_table(built[i], weights)) return {table, built[i], {}};
    }
  }
  std::string name(cap);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::optional<Isa> isa = parse_isa(name);
  if (isa) {
    if (const Kernels<float>* table = isa_table(*isa, weights)) return {table, *isa, {}};
  }
  Selection failed;
  failed.error = "TRM_ISA: \"" + std::string(cap) +
                 "\": " + (isa ? missing_reason(*isa) : "no instruction set has this name") +
                 "; fix: unset it or use one of";
  const char* separator = " ";
  for (const Isa b : built) {
    if (!missing_reason(b).empty()) continue;
    failed.error += separator + std::string(isa_name(b));
    separator = ", ";
  }
  return failed;
}

std::string cpu_description() {
  std::string features;
  const auto list = [&](std::span<const CpuFeature> of) {
    for (const CpuFeature& feature : of) {
      if (has_feature(feature)) features += std::string(" ") + feature.name;
    }
  };
  for (const IsaRow& row : isa_rows()) list(row.features);
  list(other_features());
  return vendor_and_model() + (features.empty() ? "" : ":" + features);
}

}  // namespace trm::simd
