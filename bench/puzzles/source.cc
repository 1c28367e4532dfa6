#include "bench/puzzles/source.h"

#include <algorithm>
#include <utility>

#include "tasks/fractal/family.h"
#include "tasks/maze/family.h"
#include "tasks/puzzles/build.h"
#include "tasks/sudoku/family.h"

namespace trm::bench {

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

namespace {

/// The family of the training puzzles, which may be easier.
Result<std::unique_ptr<tasks::PuzzleFamily>> make_training_family(const PuzzleData& data) {
  if (data.family == "maze") {
    tasks::maze::Request request;
    request.size = data.size;
    request.min_steps = data.min_steps > 0 ? data.min_steps : tasks::maze::default_min_steps(data.size);
    return tasks::maze::make_family(request);
  }
  if (data.family == "fractal") return tasks::fractal::make_family({data.size, ""});
  Result<tasks::sudoku::Layout> layout = tasks::sudoku::layout_of(data.size);
  if (!layout.ok()) return layout.error();
  tasks::sudoku::Request request;
  request.layout = *layout;
  request.extra_givens = data.extra_givens;
  return tasks::sudoku::make_family(request);
}

}  // namespace

Result<std::unique_ptr<tasks::PuzzleFamily>> make_family(const PuzzleData& data) {
  PuzzleData asked = data;
  asked.extra_givens = 0;
  return make_training_family(asked);
}

Result<std::unique_ptr<PuzzleSource>> PuzzleSource::create(const PuzzleData& data) {
  std::unique_ptr<PuzzleSource> out(new PuzzleSource(data));
  if (!data.directory.empty()) {
    Result<tasks::PuzzleDataset> train = tasks::read_puzzle_dataset(data.directory, "train");
    if (!train.ok()) return train.error();
    Result<tasks::PuzzleDataset> test = tasks::read_puzzle_dataset(data.directory, "test");
    if (!test.ok()) return test.error();
    out->train_ = std::move(*train);
    out->validation_ = std::move(*test);
    out->family_ = tasks::family_of(out->train_.metadata);
    if (data.augment && out->family_ == nullptr) {
      return Error{ErrorCode::bad_input, data.directory, "data.augment", "the puzzles are of no known family",
                   "set it to false"};
    }
    return out;
  }
  Result<std::unique_ptr<tasks::PuzzleFamily>> family = make_family(data);
  if (!family.ok()) return family.error();
  out->family_ = std::move(*family);
  const Result<std::unique_ptr<tasks::PuzzleFamily>> training = make_training_family(data);
  if (!training.ok()) return training.error();
  struct Split {
    const char* name;
    const tasks::PuzzleFamily& family;
    std::size_t count;
    tasks::PuzzleDataset& dataset;
  };
  for (const Split& split : {Split{"train", **training, data.train, out->train_},
                             Split{"validation", *out->family_, data.test, out->validation_}}) {
    Result<std::vector<tasks::PuzzleExample>> examples =
        tasks::generate_puzzles(split.family, split.name, split.count, data.seed);
    if (!examples.ok()) return examples.error();
    split.dataset = tasks::dataset_of(split.family, *examples, 0, data.seed);
  }
  return out;
}

PublishedSizes PuzzleSource::sizes() const {
  const tasks::PuzzleMetadata& m = train_.metadata;
  return {m.vocab_size, m.seq_len, m.num_puzzle_identifiers};
}

double PuzzleSource::epoch_examples() const {
  return static_cast<double>(train_.metadata.total_groups) * train_.metadata.mean_puzzle_examples;
}

Status PuzzleSource::begin(std::size_t batch_size, std::uint64_t seed) {
  tasks::SamplerOptions options;
  options.batch_size = batch_size;
  // An iteration drops what is left at its end; eight batches keep that below an eighth for any number of groups.
  options.epochs_per_iteration = (8 * batch_size + train_.groups() - 1) / std::max<std::size_t>(train_.groups(), 1);
  if (data_.epochs_per_iteration > 0) options.epochs_per_iteration = data_.epochs_per_iteration;
  options.seed = seed;
  options.augment = data_.augment ? family_.get() : nullptr;
  Result<tasks::TrainingSampler> sampler = tasks::TrainingSampler::create(train_, options);
  if (!sampler.ok()) return sampler.error();
  sampler_.emplace(std::move(*sampler));
  return {};
}

void PuzzleSource::next(CanvasBatch& batch) {
  sampler_->next(batch_);
  std::ranges::copy(batch_.inputs, batch.inputs.begin());
  std::ranges::copy(batch_.labels, batch.labels.begin());
  std::ranges::copy(batch_.identifiers, batch.identifiers.begin());
}

CanvasPosition PuzzleSource::position() const {
  const tasks::SamplerState state = sampler_->state();
  return {static_cast<std::size_t>(state.iteration), static_cast<std::size_t>(state.position)};
}

Status PuzzleSource::resume(const CanvasPosition& position) {
  return sampler_->resume({position.iteration, position.position});
}

std::size_t PuzzleSource::validation(std::size_t first, CanvasBatch& batch) const {
  return fill_batch(validation_, first, batch);
}

std::size_t fill_batch(const tasks::PuzzleDataset& dataset, std::size_t first, CanvasBatch& batch) {
  const std::size_t left = dataset.examples() - std::min(first, dataset.examples());
  const std::size_t rows = std::min(batch.samples, left);
  for (std::size_t b = 0; b < batch.samples; ++b) {
    if (b < rows) {
      dataset.example(first + b, batch.input(b), batch.label(b));
      batch.identifiers[b] = dataset.puzzle_identifiers[dataset.puzzle_of(first + b)];
    } else {
      std::ranges::fill(batch.input(b), dataset.metadata.pad_id);
      std::ranges::fill(batch.label(b), tasks::ignored_label);
      batch.identifiers[b] = dataset.metadata.blank_identifier_id;
    }
  }
  return rows;
}

}  // namespace trm::bench
