// Which type of weights a model runs with: what is asked for, or what its file says.
#include <doctest/doctest.h>

#include <map>
#include <string>

#include "engine/store/weight_choice.h"
#include "simd/cpu.h"
#include "simd/ref.h"
#include "tests/support/kernels.h"

namespace test_weight_choice {

using namespace trm;

TEST_CASE("weights: what is asked for, else what the file says, else fp32") {
  const simd::Isa isa = test::best_isa();
  const std::map<std::string, std::string> silent, said = {{kWeightsField, "int8"}};
  const auto chosen = [&](simd::WeightType asked, const std::map<std::string, std::string>& info) {
    const auto out = chosen_kernels(*simd::isa_table(isa, asked), info, "m");
    REQUIRE(out.ok());
    return *out;
  };
  using enum simd::WeightType;
  CHECK(chosen(automatic, silent) == simd::isa_table(isa, fp32));
  CHECK(chosen(automatic, said) == simd::isa_table(isa, simd::WeightType::int8));
  CHECK(chosen(fp32, said) == simd::isa_table(isa, fp32));
  CHECK(chosen(bf16, said) == simd::isa_table(isa, bf16));
  CHECK(std::string(chosen(automatic, said)->linear->name) == "int8");
  CHECK(chosen(automatic, said)->matmul == simd::isa_table(isa)->matmul);
}

TEST_CASE("weights: a file that asks for a type that does not exist is refused") {
  for (const char* said : {"", "auto", "int3", "INT8"}) {
    CAPTURE(said);
    const auto chosen = chosen_kernels(*simd::isa_table(simd::Isa::generic, simd::WeightType::automatic),
                                       {{kWeightsField, said}}, "m.safetensors");
    REQUIRE_FALSE(chosen.ok());
    CHECK(chosen.error().text() == "m.safetensors: __metadata__.weights: \"" + std::string(said) +
                                       "\" is no type of weights; fix: write fp32, bf16 or int8");
  }
}

TEST_CASE("weights: types have names, and the reference stays what it is") {
  for (const char* name : {"fp32", "bf16", "int8", "auto"}) {
    const auto type = simd::parse_weight_type(name);
    REQUIRE(type);
    CHECK(simd::weight_type_name(*type) == name);
  }
  CHECK_FALSE(simd::parse_weight_type("fp16"));
  CHECK(&simd::with_weights(simd::reference<float>(), simd::WeightType::int8) == &simd::reference<float>());
}

}  // namespace test_weight_choice
