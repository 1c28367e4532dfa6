#include "tasks/puzzles/sampler.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <string>
#include <utility>

#include "tasks/base/rng.h"

namespace trm::tasks {
namespace {

template <class T>
void shuffle(std::vector<T>& values, Rng& rng) {
  for (std::size_t i = values.size(); i > 1; --i)
    std::swap(values[i - 1], values[rng.below(static_cast<std::uint32_t>(i))]);
}

void resize(const PuzzleDataset& dataset, std::size_t batch_size, PuzzleBatch& batch) {
  batch.inputs.resize(batch_size * dataset.metadata.seq_len);
  batch.labels.resize(batch_size * dataset.metadata.seq_len);
  batch.identifiers.resize(batch_size);
  batch.rows = 0;
}

/// Examples that an iteration has at least, whichever copies are drawn.
std::size_t fewest_examples(const PuzzleDataset& dataset) {
  std::size_t out = 0;
  for (std::size_t group = 0; group < dataset.groups(); ++group) {
    std::int32_t fewest = dataset.puzzle_indices.back();
    for (std::int32_t puzzle = dataset.group_indices[group]; puzzle < dataset.group_indices[group + 1]; ++puzzle) {
      const auto p = static_cast<std::size_t>(puzzle);
      fewest = std::min(fewest, dataset.puzzle_indices[p + 1] - dataset.puzzle_indices[p]);
    }
    out += static_cast<std::size_t>(fewest);
  }
  return out;
}

}  // namespace

TrainingSampler::TrainingSampler(const PuzzleDataset& dataset, const SamplerOptions& options)
    : dataset_(&dataset), options_(options) {
  draw_order();
}

Result<TrainingSampler> TrainingSampler::create(const PuzzleDataset& dataset, const SamplerOptions& options) {
  const auto bad = [](const char* field, std::string message, const char* fix) {
    return Error{ErrorCode::bad_input, "", field, std::move(message), fix};
  };
  if (options.batch_size == 0) return bad("batch_size", "is 0", "use 1 or more");
  if (options.epochs_per_iteration == 0) return bad("epochs_per_iteration", "is 0", "use 1 or more");
  const std::size_t examples = fewest_examples(dataset) * options.epochs_per_iteration;
  if (examples < options.batch_size) {
    return bad("batch_size",
               "is " + std::to_string(options.batch_size) + ", but an iteration may have " + std::to_string(examples) +
                   " examples only",
               "use a smaller batch or more epochs in an iteration");
  }
  return TrainingSampler(dataset, options);
}

void TrainingSampler::draw_order() {
  Rng rng(options_.seed, stream_of("puzzle order"), state_.iteration);
  order_.resize(dataset_->groups() * options_.epochs_per_iteration);
  std::vector<std::int32_t> epoch(dataset_->groups());
  for (std::size_t first = 0; first < order_.size(); first += epoch.size()) {
    std::iota(epoch.begin(), epoch.end(), 0);
    shuffle(epoch, rng);
    std::copy(epoch.begin(), epoch.end(), order_.begin() + static_cast<std::ptrdiff_t>(first));
  }
}

void TrainingSampler::next(PuzzleBatch& batch) {
  resize(*dataset_, options_.batch_size, batch);
  while (batch.rows < options_.batch_size) {
    if (state_.position == order_.size()) {
      batch.rows = 0;
      state_ = {state_.iteration + 1, 0};
      draw_order();
    }
    take_group(batch);
    ++state_.position;
  }
}

void TrainingSampler::take_group(PuzzleBatch& batch) {
  // Each position has numbers of its own: to go on from here, what came before need not be drawn again.
  Rng rng(options_.seed, stream_of("puzzle copy"), state_.iteration << 32 | state_.position);
  const auto group = static_cast<std::size_t>(order_[state_.position]);
  const std::int32_t first = dataset_->group_indices[group], last = dataset_->group_indices[group + 1];
  const std::size_t puzzle = static_cast<std::size_t>(first) + rng.below(static_cast<std::uint32_t>(last - first));

  const auto begin = static_cast<std::size_t>(dataset_->puzzle_indices[puzzle]);
  rows_.resize(static_cast<std::size_t>(dataset_->puzzle_indices[puzzle + 1]) - begin);
  std::iota(rows_.begin(), rows_.end(), begin);
  shuffle(rows_, rng);
  rows_.resize(std::min(rows_.size(), options_.batch_size - batch.rows));
  for (const std::size_t row : rows_) {
    batch.identifiers[batch.rows] = dataset_->puzzle_identifiers[puzzle];
    add_example(row, rng, batch);
    ++batch.rows;
  }
}

void TrainingSampler::add_example(std::size_t row, Rng& rng, PuzzleBatch& batch) {
  const std::size_t length = dataset_->metadata.seq_len;
  const std::span<std::int32_t> input(batch.inputs.data() + batch.rows * length, length);
  const std::span<std::int32_t> label(batch.labels.data() + batch.rows * length, length);
  if (options_.augment == nullptr) return dataset_->example(row, input, label);
  const auto start = static_cast<std::ptrdiff_t>(row * length), stop = start + static_cast<std::ptrdiff_t>(length);
  input_.assign(dataset_->inputs.begin() + start, dataset_->inputs.begin() + stop);
  label_.assign(dataset_->labels.begin() + start, dataset_->labels.begin() + stop);
  options_.augment->augment(input_, label_, rng);
  dataset_->widen(input_, label_, input, label);
}

Status TrainingSampler::resume(const SamplerState& state) {
  if (state.position > order_.size()) {
    return Error{
        ErrorCode::bad_input, "", "position",
        "is " + std::to_string(state.position) + ", but an iteration has " + std::to_string(order_.size()) + " groups",
        "go on with the data that the run began with"};
  }
  state_ = state;
  draw_order();
  return {};
}

}  // namespace trm::tasks
