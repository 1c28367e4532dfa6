// Weights in fewer bits: a file holds what the kernels would make of float32 weights, and says so when it does not.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "engine/base/random.h"
#include "engine/store/model_file.h"
#include "engine/store/stored_weights.h"
#include "simd/cpu.h"
#include "simd/ref.h"
#include "tests/engine/models.h"
#include "tests/engine/support.h"
#include "tests/support/kernels.h"

namespace test_stored_weights {

using namespace trm;
using simd::WeightType;

namespace {

/// Rows of every kind: drawn, of one outlier, huge, tiny, zero, and with a tie at half an integer.
std::vector<float> matrix(std::size_t out, std::size_t in) {
  std::vector<float> w(out * in);
  for (std::size_t row = 0; row < out; ++row) {
    for (std::size_t i = 0; i < in; ++i) {
      float& x = w[row * in + i];
      x = static_cast<float>(random_uniform(7, row, i) * 2 - 1);
      switch (row % 6) {
        case 1:
          x = i == row % in ? 300.0F : x * 1e-3F;
          break;
        case 2:
          x *= 1e30F;
          break;
        case 3:
          x *= 1e-30F;
          break;
        case 4:
          x = row % 12 == 4 ? 0.0F : x * 1e-38F;
          break;
        case 5:
          x = i == 0 ? 127.0F : 0.5F + static_cast<float>(i % 100);
          break;
        default:
          break;
      }
    }
  }
  return w;
}

/// What is written to a file and read again.
std::vector<float> through_file(WeightType type, std::size_t out, std::size_t in, const std::vector<float>& w) {
  const test::TempDir dir;
  const std::string path = dir / "m.safetensors";
  REQUIRE(write_safetensors(path, narrowed(type, "w", {out, in}, w), {}).ok());
  const auto file = SafetensorsFile::open(path);
  REQUIRE(file.ok());
  const auto stored = find_weights(*file, "w", {out, in}, "the test");
  REQUIRE_MESSAGE(stored.ok(), stored.error().text());
  std::vector<float> back(w.size());
  REQUIRE(read_weights(*file, *stored, back).ok());
  return back;
}

std::vector<unsigned char> packed(const simd::Matmul<float>& family, std::size_t out, std::size_t in,
                                  const std::vector<float>& w) {
  std::vector<unsigned char> bytes(family.packed_bytes(in, out));
  family.pack(w.data(), 1, in, in, out, bytes.data());
  return bytes;
}

/// The error of loading a causal model whose file was changed after it was written with int8 weights.
template <class Change>
std::string load_error(Change change) {
  const test::TempDir dir;
  Model model(test_models::lightweight());
  initialise(model.registry, 3, model.weights.span());
  for (std::size_t i = 0; i < model.config.vocab_size; ++i) model.vocabulary.push_back("t" + std::to_string(i));
  REQUIRE(save_model(dir / "m.safetensors", model, WeightType::int8).ok());
  const auto file = SafetensorsFile::open(dir / "m.safetensors");
  REQUIRE(file.ok());
  std::vector<TensorRef> tensors;
  for (const TensorView& t : file->tensors()) tensors.push_back({t.name, t.dtype, t.shape, t.data.data()});
  change(tensors);
  const std::string changed = dir / "changed.safetensors";
  REQUIRE(write_safetensors(changed, tensors, file->metadata()).ok());
  const auto loaded = load_model(changed);
  return loaded.ok() ? "loaded" : loaded.error().text().substr(changed.size());
}

using Tensors = std::vector<TensorRef>;

TensorRef& named(Tensors& tensors, const std::string& name) {
  for (TensorRef& t : tensors) {
    if (t.name == name) return t;
  }
  FAIL("no tensor " << name);
  return tensors[0];
}

}  // namespace

TEST_CASE("narrow weights: packing them from either file gives the same bytes") {
  for (const WeightType type : {WeightType::bf16, WeightType::int8}) {
    const std::string name(simd::weight_type_name(type));
    CAPTURE(name);
    for (const auto& sizes : {std::pair{1u, 1u}, {12u, 7u}, {36u, 64u}, {65u, 129u}}) {
      const std::size_t out = sizes.first, in = sizes.second;
      CAPTURE(out);
      CAPTURE(in);
      const std::vector<float> w = matrix(out, in);
      const std::vector<float> back = through_file(type, out, in, w);
      const simd::Matmul<float>& family = *trm::test::best_kernels(type).linear;
      CHECK(packed(family, out, in, w) == packed(family, out, in, back));
      const simd::Kernels<float>& plain = simd::reference<float>();
      const simd::Matmul<float>& reference = type == WeightType::bf16 ? *plain.matmul_bf16 : *plain.matmul_int8;
      CHECK(packed(reference, out, in, w) == packed(reference, out, in, back));
      // What was narrow stays as it is.
      CHECK(through_file(type, out, in, back) == back);
      double error = 0, size = 0;
      for (std::size_t i = 0; i < w.size(); ++i) {
        error = std::max(error, static_cast<double>(std::abs(back[i] - w[i])));
        size = std::max(size, static_cast<double>(std::abs(w[i])));
      }
      CHECK(error <= size / 128);
    }
  }
}

TEST_CASE("narrow weights: fp32 is what it was") {
  const std::vector<float> w = matrix(36, 64);
  CHECK(through_file(WeightType::fp32, 36, 64, w) == w);
}

TEST_CASE("narrow weights: a model comes back with its other tensors untouched, in a smaller file") {
  const test::TempDir dir;
  Model model(test_models::lightweight());
  initialise(model.registry, 3, model.weights.span());
  for (std::size_t i = 0; i < model.config.vocab_size; ++i) model.vocabulary.push_back("t" + std::to_string(i));
  std::size_t matrices = 0;
  for (std::size_t id = 0; id < model.registry.tensors.size(); ++id) {
    if (model.registry.is_multiplied(id)) matrices += model.registry.tensors[id].elements;
  }
  REQUIRE(matrices > 0);
  const auto size = [&](WeightType type) {
    const std::string path = dir / std::string(simd::weight_type_name(type));
    REQUIRE(save_model(path, model, type).ok());
    const auto file = SafetensorsFile::open(path);
    REQUIRE(file.ok());
    std::size_t bytes = 0, scales = 0;
    for (const TensorView& t : file->tensors()) (t.name.ends_with(kScaleSuffix) ? scales : bytes) += t.data.size();
    CHECK((scales > 0) == (type == WeightType::int8));
    const auto back = load_model(path);
    REQUIRE_MESSAGE(back.ok(), back.error().text());
    for (std::size_t id = 0; id < model.registry.tensors.size(); ++id) {
      const TensorSpec& spec = model.registry.tensors[id];
      const bool same = std::memcmp(back->weights.data() + spec.offset, model.weights.data() + spec.offset,
                                    spec.elements * sizeof(float)) == 0;
      CAPTURE(spec.name);
      if (!model.registry.is_multiplied(id) || type == WeightType::fp32) CHECK(same);
    }
    return bytes;
  };
  const std::size_t whole = size(WeightType::fp32);
  CHECK(size(WeightType::bf16) == whole - 2 * matrices);
  CHECK(size(WeightType::int8) == whole - 3 * matrices);
}

TEST_CASE("narrow weights: files that contradict themselves") {
  const std::string name = "lm_head.weight", scale = name + ".scale";
  CHECK(load_error([](Tensors&) {}) == "loaded");
  CHECK(load_error([&](Tensors& t) { std::erase_if(t, [&](const TensorRef& r) { return r.name == scale; }); }) ==
        ": lm_head.weight.scale: tensor is missing; fix: the int8 matrix lm_head.weight asks for it");
  CHECK(load_error([&](Tensors& t) { named(t, scale).dtype = DType::i32; }) ==
        ": lm_head.weight.scale: has type I32; fix: F32 is expected");
  CHECK(load_error([&](Tensors& t) {
          named(t, scale).shape.push_back(1);
        }).starts_with(": lm_head.weight.scale: has shape ("));
  CHECK(load_error([&](Tensors& t) {
          std::swap(named(t, name).shape[0], named(t, name).shape[1]);
        }).starts_with(": lm_head.weight: has shape ("));
  CHECK(load_error([&](Tensors& t) { named(t, name).dtype = DType::u8; }) ==
        ": lm_head.weight: has type U8; fix: F32, F16 or BF16 is expected");
  static const std::vector<float> bad(100, std::numeric_limits<float>::quiet_NaN());
  CHECK(load_error([&](Tensors& t) { named(t, scale).data = bad.data(); }) ==
        ": lm_head.weight: element 0 is not finite; fix: the file is damaged or its training diverged");
  CHECK(load_error([&](Tensors& t) {
          t.push_back({"stray.scale", DType::f32, {1}, bad.data()});
        }) == ": stray.scale: tensor is unknown to the configuration; fix: remove it or correct the configuration");
  // Scales of what is no integer are nobody's.
  CHECK(load_error([&](Tensors& t) {
          t.push_back({"embed_tokens.weight.scale", DType::f32, {1}, bad.data()});
        }).find("tensor is unknown to the configuration") != std::string::npos);
}

}  // namespace test_stored_weights
