// Trivial puzzles for tests: copy what you see.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/base/random.h"
#include "engine/train/canvas_source.h"

namespace trm::test {

/// Random tokens to be copied, the last one of every second puzzle not asked for; identifiers without meaning.
class CopyCanvases final : public CanvasSource {
 public:
  explicit CopyCanvases(const CanvasSizes& sizes) : sizes_(sizes) {}

  [[nodiscard]] CanvasSizes sizes() const override { return sizes_; }
  [[nodiscard]] std::string description() const override { return R"({"copy":true})"; }
  Status begin(std::size_t /*batch_size*/, std::uint64_t seed) override {
    seed_ = seed;
    place_ = {};
    return {};
  }
  void next(CanvasBatch& batch) override {
    for (std::size_t b = 0; b < batch.samples; ++b) fill(seed_, place_.position * batch.samples + b, batch, b);
    ++place_.position;
  }
  [[nodiscard]] CanvasPosition position() const override { return place_; }
  Status resume(const CanvasPosition& position) override {
    if (position.iteration != 0) return Error{ErrorCode::bad_input, "", "iteration", "is not 0", "use another file"};
    place_ = position;
    return {};
  }
  [[nodiscard]] std::size_t validation_samples() const override { return 11; }
  std::size_t validation(std::size_t first, CanvasBatch& batch) const override {
    const std::size_t rows = std::min(batch.samples, validation_samples() - first);
    for (std::size_t b = 0; b < rows; ++b) fill(seed_ + 1, first + b, batch, b);
    return rows;
  }

 private:
  void fill(std::uint64_t seed, std::size_t index, CanvasBatch& batch, std::size_t b) const {
    for (std::size_t t = 0; t < batch.seq_len; ++t) {
      const std::uint64_t token = random_bits(seed, 1, index * batch.seq_len + t) % sizes_.vocab_size;
      batch.input(b)[t] = batch.label(b)[t] = static_cast<std::int32_t>(token);
    }
    if (index % 2 == 1) batch.label(b).back() = -100;
    const std::uint64_t ids = std::max<std::uint64_t>(sizes_.num_puzzle_identifiers, 1);
    batch.identifiers[b] = static_cast<std::int32_t>(random_bits(seed, 2, index) % ids);
  }

  CanvasSizes sizes_;
  std::uint64_t seed_ = 0;
  CanvasPosition place_;
};

}  // namespace trm::test
