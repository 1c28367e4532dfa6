// Weights of puzzle models from files: what is checked when, and that a table of gigabytes is not read to load it.
#include <doctest/doctest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <vector>

#include "engine/model/published_tensors.h"
#include "engine/store/canvas_model.h"
#include "tests/engine/canvas_models.h"
#include "tests/engine/support.h"

namespace test_canvas_model {

using namespace trm;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// The tensors of a configuration, all of them zero until a test says otherwise.
struct Weights {
  explicit Weights(const CanvasConfig& config) {
    for (const PublishedTensor& t : published_tensors(config)) {
      data.emplace_back(*tensor_bytes(DType::f32, t.shape) / sizeof(float));
      tensors.push_back({t.name, DType::f32, t.shape, nullptr, {}});
    }
  }
  std::size_t find(const std::string& name) const {
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      if (tensors[i].name == name) return i;
    }
    FAIL("no tensor " << name);
    return 0;
  }
  SafetensorsFile save(const std::string& path) {
    for (std::size_t i = 0; i < tensors.size(); ++i) tensors[i].data = data[i].data();
    REQUIRE(write_safetensors(path, tensors, {}).ok());
    auto file = SafetensorsFile::open(path);
    REQUIRE(file.ok());
    return *file;
  }
  std::vector<std::vector<float>> data;
  std::vector<TensorRef> tensors;
};

/// Bytes of files that are in this process's memory now; 0: the system does not say.
std::size_t resident_file_bytes() {
  std::ifstream in("/proc/self/statm");
  std::size_t size = 0;
  std::size_t resident = 0;
  std::size_t shared = 0;
  in >> size >> resident >> shared;
  return shared * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

TEST_CASE("a row of the puzzle table is checked when it is used, not when the file is opened") {
  const CanvasConfig c = test_models::canvas(CanvasArch::trm);
  const test::TempDir dir;
  const std::string path = dir / "weights.safetensors";
  Weights weights(c);
  std::vector<float>& table = weights.data[weights.find(kPuzzleTable)];
  table[1 * 9 + 4] = kNan;
  table[3 * 9] = -std::numeric_limits<float>::infinity();
  const auto model = read_canvas_weights(c, weights.save(path));
  REQUIRE(model.ok());
  const auto error = [&](const std::vector<std::int32_t>& ids) {
    const Status s = model->check_rows(ids);
    return s.ok() ? std::string("accepted") : s.error().text();
  };
  const std::string lead = path + ": " + kPuzzleTable + ": ";
  const std::string damaged = " is not finite; fix: the file is damaged or its training diverged";
  const std::string legal = "; fix: identifiers from 0 to 3 are legal";
  CHECK(error({}) == "accepted");
  CHECK(error({0, 2, 2, 0}) == "accepted");
  CHECK(error({0, 1}) == lead + "row 1, element 4" + damaged);
  CHECK(error({3, 1}) == lead + "row 3, element 0" + damaged);
  CHECK(error({2, 4}) == lead + "has no row 4" + legal);
  CHECK(error({-1}) == lead + "has no row -1" + legal);
  CHECK(error({std::numeric_limits<std::int32_t>::min()}) == lead + "has no row -2147483648" + legal);
}

TEST_CASE("a model without a puzzle table has no rows to check") {
  CanvasConfig c = test_models::canvas(CanvasArch::trm);
  c.puzzle_emb_ndim = c.puzzle_emb_len = c.num_puzzle_identifiers = 0;
  const test::TempDir dir;
  const auto model = read_canvas_weights(c, Weights(c).save(dir / "weights.safetensors"));
  REQUIRE(model.ok());
  CHECK(model->table.data == nullptr);
  CHECK(model->check_rows(std::vector<std::int32_t>{0, 17}).ok());
}

TEST_CASE("every other tensor is checked when the file is opened") {
  CanvasConfig c = test_models::canvas(CanvasArch::hrm);
  c.H_layers = c.L_layers = 1;
  const test::TempDir dir;
  const std::string path = dir / "weights.safetensors";
  const auto error = [&](Weights& weights) {
    const auto model = read_canvas_weights(c, weights.save(path));
    return model.ok() ? std::string("accepted") : model.error().text();
  };
  for (const PublishedTensor& t : published_tensors(c)) {
    CAPTURE(t.name);
    Weights weights(c);
    const std::size_t at = weights.find(t.name);
    CHECK(error(weights) == "accepted");
    weights.data[at].back() = kNan;
    if (t.name != kPuzzleTable) {
      CHECK(error(weights) == path + ": " + t.name + ": element " + std::to_string(weights.data[at].size() - 1) +
                                  " is not finite; fix: the file is damaged or its training diverged");
    }
    weights.data[at].back() = 0.0f;
    weights.tensors[at].dtype = DType::i32;
    CHECK(error(weights) == path + ": " + t.name + ": has type I32; fix: F32" +
                                (t.name == kPuzzleTable ? "" : ", F16 or BF16") + " is expected");
    weights.tensors[at].dtype = DType::f32;
    weights.tensors[at].shape.push_back(1);
    CHECK(error(weights) == path + ": " + t.name + ": has shape " + shape_text(weights.tensors[at].shape) +
                                "; fix: the configuration asks for " + shape_text(t.shape));
    weights.tensors[at].name += "_";
    CHECK(error(weights) == path + ": " + t.name + ": tensor is missing; fix: the configuration asks for it");
  }
}

TEST_CASE("loading a model does not bring its puzzle table into memory") {
  CanvasConfig c = test_models::canvas(CanvasArch::trm);
  c.num_puzzle_identifiers = std::size_t{1} << 21;
  constexpr std::size_t kTable = (std::size_t{1} << 21) * 9 * sizeof(float);  // 72 MiB
  const test::TempDir dir;
  const std::string path = dir / "weights.safetensors";
  // A header and a hole: nothing of the data has ever been in memory.
  std::string header;
  std::size_t at = 0;
  for (const PublishedTensor& t : published_tensors(c)) {
    std::string shape;
    for (const std::size_t n : t.shape) shape += (shape.empty() ? "" : ",") + std::to_string(n);
    const std::size_t bytes = *tensor_bytes(DType::f32, t.shape);
    header += (header.empty() ? "{\"" : ",\"") + t.name + R"(":{"dtype":"F32","shape":[)" + shape +
              "],\"data_offsets\":[" + std::to_string(at) + "," + std::to_string(at + bytes) + "]}";
    at += bytes;
  }
  header += "}";
  header.append((8 - header.size() % 8) % 8, ' ');
  const std::uint64_t length = header.size();
  std::string head(sizeof length, '\0');
  std::memcpy(head.data(), &length, sizeof length);
  test::spill(path, head + header);
  std::filesystem::resize_file(path, head.size() + header.size() + at);

  const std::size_t before = resident_file_bytes();
  const auto file = SafetensorsFile::open(path);
  REQUIRE(file.ok());
  const auto model = read_canvas_weights(c, *file);
  REQUIRE(model.ok());
  CHECK(model->check_rows(std::vector<std::int32_t>{0, 1'000'000, 2'097'151}).ok());
  const std::size_t after = resident_file_bytes();
  CHECK(after - std::min(before, after) < kTable / 4);
  // And the measure would have shown it.
  float sum = 0;
  for (std::size_t i = 0; i < kTable / sizeof(float); i += 256) sum += model->table.data[i];
  CHECK(sum == 0.0f);
  if (before == 0 || resident_file_bytes() - std::min(after, resident_file_bytes()) < kTable / 2) {
    MESSAGE("skipped: memory of a mapped table: this system does not count it");
  }
}

}  // namespace test_canvas_model
