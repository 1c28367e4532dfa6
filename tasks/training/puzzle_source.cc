#include "tasks/training/puzzle_source.h"

#include <algorithm>
#include <utility>

#include "tasks/puzzles/build.h"

namespace trm::tasks {

Result<std::unique_ptr<PuzzleSource>> PuzzleSource::create(const PuzzleData& data) {
  std::unique_ptr<PuzzleSource> out(new PuzzleSource(data));
  if (!data.directory.empty()) {
    Result<PuzzleDataset> train = read_puzzle_dataset(data.directory, "train");
    if (!train.ok()) return train.error();
    Result<PuzzleDataset> test = read_puzzle_dataset(data.directory, "test");
    if (!test.ok()) return test.error();
    out->train_ = std::move(*train);
    out->validation_ = std::move(*test);
    out->family_ = family_of(out->train_.metadata);
    if (data.augment && out->family_ == nullptr) {
      return Error{ErrorCode::bad_input, data.directory, "data.augment", "the puzzles are of no known family",
                   "set it to false"};
    }
    return out;
  }
  Result<std::unique_ptr<PuzzleFamily>> family = make_family(data);
  if (!family.ok()) return family.error();
  out->family_ = std::move(*family);
  const Result<std::unique_ptr<PuzzleFamily>> training = make_training_family(data);
  if (!training.ok()) return training.error();
  struct Split {
    const char* name;
    const PuzzleFamily& family;
    std::size_t count;
    PuzzleDataset& dataset;
  };
  for (const Split& split : {Split{"train", **training, data.train, out->train_},
                             Split{"validation", *out->family_, data.test, out->validation_}}) {
    Result<std::vector<PuzzleExample>> examples = generate_puzzles(split.family, split.name, split.count, data.seed);
    if (!examples.ok()) return examples.error();
    split.dataset = dataset_of(split.family, *examples, 0, data.seed);
  }
  return out;
}

CanvasSizes PuzzleSource::sizes() const {
  const PuzzleMetadata& m = train_.metadata;
  return {m.vocab_size, m.seq_len, m.num_puzzle_identifiers};
}

double PuzzleSource::epoch_examples() const {
  return static_cast<double>(train_.metadata.total_groups) * train_.metadata.mean_puzzle_examples;
}

Status PuzzleSource::begin(std::size_t batch_size, std::uint64_t seed) {
  SamplerOptions options;
  options.batch_size = batch_size;
  // An iteration drops what is left at its end; eight batches keep that below an eighth for any number of groups.
  options.epochs_per_iteration = (8 * batch_size + train_.groups() - 1) / std::max<std::size_t>(train_.groups(), 1);
  if (data_.epochs_per_iteration > 0) options.epochs_per_iteration = data_.epochs_per_iteration;
  options.seed = seed;
  options.augment = data_.augment ? family_.get() : nullptr;
  Result<TrainingSampler> sampler = TrainingSampler::create(train_, options);
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
  const SamplerState state = sampler_->state();
  return {static_cast<std::size_t>(state.iteration), static_cast<std::size_t>(state.position)};
}

Status PuzzleSource::resume(const CanvasPosition& position) {
  return sampler_->resume({position.iteration, position.position});
}

std::size_t PuzzleSource::validation(std::size_t first, CanvasBatch& batch) const {
  return fill_batch(validation_, first, batch);
}

void fill_row(const PuzzleDataset& dataset, std::size_t row, CanvasBatch& batch, std::size_t b) {
  dataset.example(row, batch.input(b), batch.label(b));
  batch.identifiers[b] = dataset.puzzle_identifiers[dataset.puzzle_of(row)];
}

std::size_t fill_batch(const PuzzleDataset& dataset, std::size_t first, CanvasBatch& batch) {
  const std::size_t left = dataset.examples() - std::min(first, dataset.examples());
  const std::size_t rows = std::min(batch.samples, left);
  for (std::size_t b = 0; b < batch.samples; ++b) {
    if (b < rows) {
      fill_row(dataset, first + b, batch, b);
    } else {
      std::ranges::fill(batch.input(b), dataset.metadata.pad_id);
      std::ranges::fill(batch.label(b), kIgnoredLabel);
      batch.identifiers[b] = dataset.metadata.blank_identifier_id;
    }
  }
  return rows;
}

}  // namespace trm::tasks
