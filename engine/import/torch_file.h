// Files of torch.save, read without Python and without running anything in them: the zip format of PyTorch 1.6 and
// later, and the one before it (a chain of pickles, then the raw storages). Tensors are views of the mapped file.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/tensor_view.h"
#include "engine/import/torch_state.h"

namespace trm {

class MappedFile;

class TorchFile {
 public:
  /// The state dict that `choice` means; what else a checkpoint holds is passed over. Error: damage, no state dict or
  /// several of them, big-endian data, a storage that is missing or has another size, large tensors that are not
  /// contiguous.
  static Result<TorchFile> open(const std::string& path, const StateChoice& choice = {});
  /// Checks a file image in memory (fuzzing, tests); `name` stands for the path in errors. The bytes must outlive the
  /// result.
  static Result<TorchFile> parse(std::span<const std::byte> image, const std::string& name,
                                 const StateChoice& choice = {});
  /// True if a file that begins with these bytes is for this reader.
  static bool recognises(std::span<const std::byte> head);

  /// In the order of the state dict; their data need not be aligned. Tensors that are not contiguous are copies.
  [[nodiscard]] const std::vector<TensorView>& tensors() const;
  [[nodiscard]] const std::string& path() const;
  /// "torch zip" or "torch legacy".
  [[nodiscard]] std::string_view format() const;
  [[nodiscard]] const MappedFile& mapping() const;
  /// What the name in StateChoice says beyond the state dict: which of several models in it is meant.
  [[nodiscard]] const std::string& state_rest() const;
  /// For people: which state dict was taken and what was passed over. Empty: the file is the state dict.
  [[nodiscard]] std::vector<std::string> notes() const;
  /// Reads all data once and compares checksums, where the file has them. Error: the first entry that is damaged.
  [[nodiscard]] Status verify() const;

 private:
  struct Impl;
  static Result<TorchFile> of(Result<std::shared_ptr<const Impl>> impl);
  std::shared_ptr<const Impl> impl_;
};

}  // namespace trm
