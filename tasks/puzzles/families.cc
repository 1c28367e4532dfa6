#include "tasks/puzzles/families.h"

#include "tasks/puzzles/fractal/family.h"
#include "tasks/puzzles/maze/family.h"
#include "tasks/puzzles/sudoku/family.h"

namespace trm::tasks {

std::unique_ptr<PuzzleFamily> family_of(const PuzzleMetadata& metadata) {
  std::size_t size = 1;
  while (size * size < metadata.seq_len) ++size;
  if (size * size != metadata.seq_len) return nullptr;
  // Sudokus of 4x4 have six tokens too, but no maze is that small.
  const Result<sudoku::Layout> layout = sudoku::layout_of(size);
  if (layout && metadata.vocab_size == sudoku::vocab_size(*layout)) {
    sudoku::Request request;
    request.layout = *layout;
    return sudoku::make_family(request);
  }
  if (metadata.vocab_size == maze::kVocabSize && size >= maze::kMinSize && size <= maze::kMaxSize)
    return maze::make_family({size, maze::default_min_steps(size), ""});
  if (metadata.vocab_size == fractal::kVocabSize && size >= fractal::kMinSize && size <= fractal::kMaxSize)
    return fractal::make_family({size, ""});
  return nullptr;
}

Result<PuzzleData> PuzzleData::read(JsonObject& json, const std::string& directory) {
  constexpr std::size_t kManyEpochs = 1 << 24;
  PuzzleData out;
  std::size_t seed = 0;
  json.get("directory", out.directory);
  json.get("augment", out.augment);
  json.get("epochs_per_iteration", out.epochs_per_iteration, 0, kManyEpochs);
  json.get("build", out.build);
  if (out.directory.empty() && !out.build.empty() && directory.empty()) {
    json.fail("directory", "is missing", "name the data with --data DIR; this makes them: " + out.build);
  } else if (out.directory.empty() && out.build.empty()) {
    if (directory.empty()) {
      json.require("family");
      json.require("size");
    }
    json.get("family", out.family, {"sudoku", "maze", "fractal"});
    json.get("size", out.size, 4, 99);
    json.get("train", out.train, 1, 10'000'000);
    json.get("test", out.test, 1, 10'000'000);
    json.get("min_steps", out.min_steps, 0, 10'000);
    json.get("extra_givens", out.extra_givens, 0, 6561);
    json.get("seed", seed, 0, static_cast<std::size_t>(-1) >> 1);
    out.seed = seed;
  }
  if (!directory.empty()) out.directory = directory;
  if (Status s = json.finish(); !s.ok()) return s.error();
  return out;
}

std::string PuzzleData::canonical() const {
  JsonWriter out;
  if (directory.empty()) {
    out.set("family", family);
    out.set("size", size);
    out.set("train", train);
    out.set("test", test);
    out.set("min_steps", min_steps);
    if (extra_givens > 0) out.set("extra_givens", extra_givens);
    out.set("seed", static_cast<std::size_t>(seed));
  } else {
    out.set("directory", directory);
  }
  out.set("augment", augment);
  if (epochs_per_iteration > 0) out.set("epochs_per_iteration", epochs_per_iteration);
  return out.text();
}

Result<std::unique_ptr<PuzzleFamily>> make_training_family(const PuzzleData& data) {
  if (data.family == "maze") {
    maze::Request request;
    request.size = data.size;
    request.min_steps = data.min_steps > 0 ? data.min_steps : maze::default_min_steps(data.size);
    return maze::make_family(request);
  }
  if (data.family == "fractal") return fractal::make_family({data.size, ""});
  Result<sudoku::Layout> layout = sudoku::layout_of(data.size);
  if (!layout.ok()) return layout.error();
  sudoku::Request request;
  request.layout = *layout;
  request.extra_givens = data.extra_givens;
  return sudoku::make_family(request);
}

Result<std::unique_ptr<PuzzleFamily>> make_family(const PuzzleData& data) {
  PuzzleData asked = data;
  asked.extra_givens = 0;
  return make_training_family(asked);
}

}  // namespace trm::tasks
