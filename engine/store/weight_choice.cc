#include "engine/store/weight_choice.h"

#include <optional>
#include <string_view>

#include "simd/cpu.h"

namespace trm {

Result<const simd::Kernels<float>*> chosen_kernels(const simd::Kernels<float>& kernels,
                                                   const std::map<std::string, std::string>& info,
                                                   const std::string& path) {
  if (std::string_view(kernels.weights) != simd::weight_type_name(simd::WeightType::automatic)) return &kernels;
  const auto said = info.find(kWeightsField);
  const std::optional<simd::WeightType> type =
      said == info.end() ? simd::WeightType::fp32 : simd::parse_weight_type(said->second);
  if (!type || *type == simd::WeightType::automatic) {
    return Error{ErrorCode::bad_input, path, std::string("__metadata__.") + kWeightsField,
                 "\"" + said->second + "\" is no type of weights", "write fp32, bf16 or int8"};
  }
  return &simd::with_weights(kernels, *type);
}

}  // namespace trm
