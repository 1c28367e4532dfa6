// The published models against recordings of the public code, the two variants of TRM against a second implementation:
// every instruction set, one and two threads.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/verify/verify.h"
#include "engine/sys/mapped_file.h"
#include "simd/cpu.h"
#include "tests/support/sweep.h"

namespace test_golden {

using namespace trm;
using namespace trm::bench;

namespace {

namespace fs = std::filesystem;

/// All of them; where the sweep shall be small, the cheapest of each kind; the cheapest of both families where tiny.
std::vector<std::string> cases() {
  if (test::sweep() == test::Sweep::tiny) return {"trm_att_learnedpos", "trm_hier6_train"};
  if (test::sweep() == test::Sweep::small) {
    return {"hrm_train", "trm_att_learnedpos", "trm_hier6_train", "trm_mlp_train", "trm_singlez_train"};
  }
  return {"hrm",           "hrm_train",   "transformer_baseline", "trm_att", "trm_att_learnedpos",
          "trm_att_train", "trm_hier6",   "trm_hier6_train",      "trm_mlp", "trm_mlp_train",
          "trm_noprefix",  "trm_singlez", "trm_singlez_train"};
}

std::unique_ptr<ThreadPool> pool_of(std::size_t threads) {
  ThreadOptions options;
  options.threads = threads;
  auto pool = ThreadPool::create(options);
  REQUIRE(pool.ok());
  return std::move(*pool);
}

GoldenCase read(const std::string& directory) {
  auto golden = read_golden_case(directory);
  if (!golden.ok()) FAIL(golden.error().text());
  return std::move(*golden);
}

Verification verified(const GoldenCase& golden, const simd::Kernels<float>& kernels, ThreadPool& pool) {
  auto result = verify(golden, kernels, pool);
  if (!result.ok()) FAIL(result.error().text());
  return std::move(*result);
}

/// A copy of a case that a test may damage.
struct Copy {
  explicit Copy(const std::string& name)
      : path((fs::temp_directory_path() / ("trm_golden_" + std::to_string(::getpid()))).string()) {
    fs::remove_all(path);
    fs::copy(fs::path(TRM_GOLDEN) / name, path);
  }
  ~Copy() { fs::remove_all(path); }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;
  std::string path;
};

}  // namespace

TEST_CASE("every recorded tensor is met") {
  for (const std::string& name : cases()) {
    CAPTURE(name);
    const GoldenCase golden = read(std::string(TRM_GOLDEN) + "/" + name);
    for (const simd::Isa isa : simd::built_isas()) {
      const simd::Kernels<float>* kernels = simd::isa_table(isa);
      if (kernels == nullptr) continue;
      CAPTURE(std::string(simd::isa_name(isa)));
      std::vector<VerifiedTensor> first;
      for (const std::size_t threads : {1, 2}) {
        CAPTURE(threads);
        const auto pool = pool_of(threads);
        const Verification result = verified(golden, *kernels, *pool);
        CHECK(result.tensors.size() >= (golden.training ? 80 : 40));
        for (const VerifiedTensor& t : result.tensors) {
          CAPTURE(t.name);
          CHECK(t.error <= t.tolerance);
        }
        // The same bits for any number of threads give the same errors.
        for (std::size_t i = 0; i < first.size(); ++i) CHECK(first[i].error == result.tensors[i].error);
        first = result.tensors;
      }
    }
  }
}

/// Largest error that a training in bf16 may have in this tensor; none: it is not compared. Errors are about twice
/// those seen on any instruction set; the public code's own forward pass in bfloat16 is as far from its recording
/// (bf16_vs_f64_* in a case's config.json). From the second update on they are larger: AdamATan2 and the sign of the
/// puzzle table turn a small difference of a gradient into a whole step, and fresh networks are chaotic. For the same
/// reason weights, predictions and what follows from them are left out.
std::optional<double> bf16_tolerance(std::string_view name) {
  const bool first = name.starts_with("train0.");
  const auto is = [&](std::string_view part) { return name.find(part) != std::string_view::npos; };
  if (!name.starts_with("train") || is("(f64)") || is(".after.") || is("preds") || is("metric.")) return std::nullopt;
  if (is(".grad.")) return first ? 0.12 : 0.6;
  if (is(".q_")) return first ? 0.08 : 0.5;
  if (is(".logits")) return first ? 0.2 : 0.8;
  if (is(".z_")) return first ? 0.25 : 1.3;
  if (is(".loss")) return first ? 0.004 : 0.02;
  if (is("target_q_continue")) return 0.02;
  return 0.0;  // what a puzzle is, and which step it is at
}

TEST_CASE("training in bf16 stays near every recording, for any number of threads") {
  for (const std::string& name : cases()) {
    const GoldenCase golden = read(std::string(TRM_GOLDEN) + "/" + name);
    if (!golden.training) continue;
    CAPTURE(name);
    for (const simd::Isa isa : simd::built_isas()) {
      const simd::Kernels<float>* kernels = simd::isa_table(isa, simd::WeightType::bf16);
      if (kernels == nullptr) continue;
      CAPTURE(std::string(simd::isa_name(isa)));
      std::vector<VerifiedTensor> first;
      for (const std::size_t threads : {1, 2}) {
        CAPTURE(threads);
        const auto pool = pool_of(threads);
        const Verification result = verified(golden, *kernels, *pool);
        std::size_t compared = 0;
        double worst = 0;
        for (const VerifiedTensor& t : result.tensors) {
          CAPTURE(t.name);
          const std::optional<double> tolerance = bf16_tolerance(t.name);
          if (!tolerance) continue;
          ++compared;
          CHECK(t.error <= *tolerance);
          if (t.name.find(".grad.") != std::string::npos) worst = std::max(worst, t.error);
        }
        CHECK(compared >= 40);
        CHECK(worst > 1e-3);  // bfloat16 it was: that of float is 1e-5
        for (std::size_t i = 0; i < first.size(); ++i) CHECK(first[i].error == result.tensors[i].error);
        first = result.tensors;
      }
    }
  }
}

TEST_CASE("a training in int8 is refused") {
  const auto pool = pool_of(1);
  const auto result = verify(read(std::string(TRM_GOLDEN) + "/trm_mlp_train"),
                             *simd::select_isa("", simd::WeightType::int8).table, *pool);
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().text() == "dtype: is int8, whose products have no gradient; fix: train in fp32 or bf16");
}

TEST_CASE("a model that differs is noticed") {
  const Copy copy("trm_att");
  // The last weight of the file; any will do, the recursion spreads it.
  const std::string weights = copy.path + "/weights.safetensors";
  std::fstream file(weights, std::ios::in | std::ios::out | std::ios::binary);
  const float moved = 0.5F;
  file.seekp(-4, std::ios::end);
  file.write(reinterpret_cast<const char*>(&moved), sizeof moved);
  file.close();
  const auto pool = pool_of(1);
  const Verification result = verified(read(copy.path), *simd::select_isa("").table, *pool);
  CHECK(result.broken() > 3);
}

TEST_CASE("a row of the puzzle table that is not finite is an error where a case uses it") {
  const std::string table = "model.inner.puzzle_emb.weights";
  for (const std::string name : {"trm_singlez", "trm_singlez_train"}) {
    CAPTURE(name);
    const GoldenCase whole = read(std::string(TRM_GOLDEN) + "/" + name);
    const TensorView& rows = *whole.model.file.find(table);
    const auto start = rows.data.data() - whole.model.file.mapping().bytes().data();
    const std::size_t ndim = rows.shape[1];
    // The identifiers of both are 1, 3 and 4.
    for (const std::size_t id : {2, 3}) {
      CAPTURE(id);
      const Copy copy(name);
      std::fstream file(copy.path + "/weights.safetensors", std::ios::in | std::ios::out | std::ios::binary);
      const float nan = std::numeric_limits<float>::quiet_NaN();
      file.seekp(start + static_cast<std::ptrdiff_t>((id * ndim + 6) * sizeof nan));
      file.write(reinterpret_cast<const char*>(&nan), sizeof nan);
      file.close();
      const auto pool = pool_of(1);
      const auto result = verify(read(copy.path), *simd::select_isa("").table, *pool);
      REQUIRE(result.ok() == (id == 2));
      if (id == 2) {
        // Training compares the whole table with the recording, which has no such row.
        CHECK(result->broken() == (whole.training ? 1 : 0));
        continue;
      }
      CHECK(result.error().text() == copy.path + "/weights.safetensors: " + table +
                                         ": row 3, element 6 is not finite; fix: the file is damaged or its training "
                                         "diverged");
    }
  }
}

TEST_CASE("a folder that is no case says what it lacks") {
  const Copy copy("trm_noprefix");
  SUBCASE("no configuration") {
    fs::remove(copy.path + "/config.json");
    CHECK(read_golden_case(copy.path).error().text().starts_with(copy.path + "/config.json: "));
  }
  SUBCASE("no weights") {
    fs::remove(copy.path + "/weights.safetensors");
    CHECK(read_golden_case(copy.path).error().text().starts_with(copy.path + "/weights.safetensors: "));
  }
  SUBCASE("the weights of another model") {
    fs::copy_file(std::string(TRM_GOLDEN) + "/trm_mlp/weights.safetensors", copy.path + "/weights.safetensors",
                  fs::copy_options::overwrite_existing);
    const std::string text = read_golden_case(copy.path).error().text();
    CHECK(text == copy.path +
                      "/weights.safetensors: model.inner.embed_tokens.embedding_weight: has shape (11, 128); fix: the "
                      "configuration asks for (7, 64)");
  }
  SUBCASE("nothing recorded") {
    fs::copy_file(copy.path + "/inputs.safetensors", copy.path + "/expected.safetensors",
                  fs::copy_options::overwrite_existing);
    CHECK(read_golden_case(copy.path).error().text() ==
          copy.path + "/expected.safetensors: step0.logits: tensor is missing; fix: a case has at least one step");
  }
}

}  // namespace test_golden
