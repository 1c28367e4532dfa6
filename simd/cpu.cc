#include "simd/cpu.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "simd/isa_rows.h"

namespace trm::simd {

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

const Kernels<float>* isa_table(Isa isa) {
  // One table for each row, made once; those that the machine cannot run stay empty.
  static const std::vector<Kernels<float>> tables = [] {
    std::vector<Kernels<float>> out;
    for (const IsaRow& row : isa_rows()) {
      out.push_back(missing_reason(row).empty() ? inherited_kernels(row) : Kernels<float>{});
    }
    return out;
  }();
  const Kernels<float>& table = tables[static_cast<std::size_t>(isa)];
  return table.isa == nullptr ? nullptr : &table;
}

Selection select_isa(std::string_view cap) {
  const std::span<const Isa> built = built_isas();
  if (cap.empty()) {
    for (std::size_t i = built.size(); i-- > 0;) {
      if (const Kernels<float>* table = isa_table(built[i])) return {table, built[i], {}};
    }
  }
  std::string name(cap);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::optional<Isa> isa = parse_isa(name);
  if (isa) {
    if (const Kernels<float>* table = isa_table(*isa)) return {table, *isa, {}};
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
