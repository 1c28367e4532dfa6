// Model files: what is saved comes back, and every way a file can contradict itself is named.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

#include "engine/format/safetensors.h"
#include "engine/store/model_file.h"
#include "tests/engine/models.h"
#include "tests/engine/support.h"

namespace test_model_file {

using namespace trm;

namespace {

Model example() {
  Model m(test_models::lightweight());
  initialise(m.registry, 3, m.weights.span());
  for (std::size_t i = 0; i < m.config.vocab_size; ++i) m.vocabulary.push_back("t" + std::to_string(i));
  m.info["seed"] = "3";
  return m;
}

/// Saves the example after `change` had its way with tensors and metadata, and returns the error of loading it.
template <class Change>
std::string load_error(Change change) {
  const test::TempDir dir;
  const std::string path = dir / "m.safetensors";
  REQUIRE(save_model(path, example()).ok());
  auto file = SafetensorsFile::open(path);
  REQUIRE(file.ok());
  std::vector<TensorRef> tensors;
  for (const TensorView& t : file->tensors()) tensors.push_back({t.name, t.dtype, t.shape, t.data.data()});
  auto metadata = file->metadata();
  change(tensors, metadata);
  const std::string changed = dir / "changed.safetensors";
  REQUIRE(write_safetensors(changed, tensors, metadata).ok());
  auto loaded = load_model(changed);
  if (loaded.ok()) return "loaded";
  std::string text = loaded.error().text();
  CHECK(text.find(changed) == 0);
  return text.substr(changed.size());
}

using Tensors = std::vector<TensorRef>;
using Metadata = std::map<std::string, std::string>;

}  // namespace

TEST_CASE("a model survives its file") {
  const test::TempDir dir;
  const Model m = example();
  REQUIRE(save_model(dir / "m.safetensors", m).ok());
  const auto back = load_model(dir / "m.safetensors");
  REQUIRE(back.ok());
  CHECK(back->config == m.config);
  CHECK(back->vocabulary == m.vocabulary);
  CHECK(back->info.at("seed") == "3");
  CHECK(std::memcmp(back->weights.data(), m.weights.data(), m.weights.size() * sizeof(float)) == 0);
  CHECK(back->hash().size() == 16);
  Model other = example();
  other.weights.data()[0] += 1.0f;
  REQUIRE(save_model(dir / "o.safetensors", other).ok());
  CHECK(load_model(dir / "o.safetensors")->hash() != back->hash());
}

TEST_CASE("files that contradict themselves") {
  CHECK(load_error([](Tensors&, Metadata&) {}) == "loaded");
  CHECK(load_error([](Tensors&, Metadata& m) { m.erase("format"); }).find(": __metadata__.format: is missing; fix: ") ==
        0);
  CHECK(load_error([](Tensors&, Metadata& m) { m["format"] = "gguf"; }).find(": __metadata__.format: is \"gguf\"") ==
        0);
  CHECK(load_error([](Tensors&, Metadata& m) { m.erase("config"); }).find(": __metadata__.config: is missing") == 0);
  CHECK(load_error([](Tensors&, Metadata& m) { m["config"] = "{"; }).find(": __metadata__.config: ") == 0);
  CHECK(load_error([](Tensors&, Metadata& m) {
          m["config"] = "{\"vocab_size\": 1e99}";
        }).find(": __metadata__.config: vocab_size: ") == 0);
  CHECK(load_error([](Tensors&, Metadata& m) {
          m.erase("vocabulary");
        }).find(": __metadata__.vocabulary: is missing") == 0);
  CHECK(load_error([](Tensors&, Metadata& m) {
          m["vocabulary"] = "{\"tokens\":[\"a\"]}";
        }).find(": __metadata__.vocabulary: has 1 tokens; fix: vocab_size is 11") == 0);
  CHECK(load_error([](Tensors& t, Metadata&) { t.pop_back(); }).find("tensor is missing") != std::string::npos);
  CHECK(load_error([](Tensors& t, Metadata&) {
          t.push_back({"extra", DType::f32, {1}, t[0].data});
        }).find(": extra: tensor is unknown to the configuration") == 0);
  CHECK(load_error([](Tensors& t, Metadata&) { std::swap(t[0].shape.at(0), t[0].shape.at(1)); }).find("has shape (") !=
        std::string::npos);
  CHECK(load_error([](Tensors& t, Metadata&) {
          t[0].dtype = DType::i32;
        }).find("has type I32; fix: F32, F16 or BF16 is expected") != std::string::npos);
  static float bad[11 * 20];
  bad[7] = NAN;
  CHECK(load_error([](Tensors& t, Metadata&) {
          for (TensorRef& r : t) {
            if (r.name == "lm_head.weight") r.data = bad;
          }
        }).find(": lm_head.weight: element 7 is not finite") == 0);
}

TEST_CASE("initial weights have the published scale and depend on the seed alone") {
  ModelConfig c = test_models::lightweight();
  c.vocab_size = 500;
  c.hidden_size = 64;
  const Registry r(c);
  Buffer<float> a(r.flat_size);
  Buffer<float> b(r.flat_size);
  Buffer<float> other(r.flat_size);
  initialise(r, 1, a.span());
  initialise(r, 1, b.span());
  initialise(r, 2, other.span());
  CHECK(std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
  CHECK(std::memcmp(a.data(), other.data(), a.size() * sizeof(float)) != 0);
  const TensorSpec& t = r.tensors[r.embed_tokens];
  double sum = 0;
  double squares = 0;
  double largest = 0;
  for (std::size_t i = 0; i < t.elements; ++i) {
    const double x = static_cast<double>(a.data()[t.offset + i]);
    sum += x;
    squares += x * x;
    largest = std::fmax(largest, std::fabs(x));
  }
  const double n = static_cast<double>(t.elements);
  const double std = std::sqrt(squares / n);
  CHECK(std::fabs(sum / n) < 4.0 * std / std::sqrt(n));
  CHECK(std == doctest::Approx(1.0 / 8.0).epsilon(0.02));
  CHECK(largest <= 2.0 / 0.87962566103423978 / 8.0 + 1e-6);
  CHECK(largest > 2.2 / 8.0);
}

}  // namespace test_model_file
