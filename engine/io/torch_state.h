// The state dict in a pickle of torch.save: names, types, shapes and where in which storage each tensor is. What a
// tensor says of its storage is checked here; whether the file holds that storage is for the reader of the file.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/io/pickle.h"
#include "engine/io/tensor_view.h"

namespace trm {

/// A flat array that one or more tensors view.
struct TorchStorage {
  std::string key;
  DType dtype = DType::f32;
  std::size_t elements = 0;
  [[nodiscard]] std::size_t bytes() const { return elements * dtype_size(dtype); }
};

struct TorchTensor {
  std::string name;
  TorchStorage storage;
  std::size_t first = 0;  ///< element of the storage
  std::vector<std::size_t> shape;
  std::vector<std::size_t> strides;  ///< in elements, one for each size

  [[nodiscard]] std::size_t elements() const;
  /// Row-major without gaps.
  [[nodiscard]] bool contiguous() const;
};

/// The names that a state dict may mention.
std::span<const PickleGlobal> torch_globals();

/// `file` and `part` name the source in errors. Error: not a dict of tensors, a name that is given twice, a tensor that
/// reaches beyond its storage.
Result<std::vector<TorchTensor>> read_state_dict(const PickleValue& root, const std::string& file,
                                                 const std::string& part);

}  // namespace trm
