// The state dicts in a pickle of torch.save: names, types, shapes and where in which storage each tensor is. What a
// tensor says of its storage is checked here; whether the file holds that storage is for the reader of the file.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/tensor_view.h"
#include "engine/import/pickle.h"

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

/// The names that a checkpoint may mention: those of tensors and their storages, and those of plain data that training
/// programs keep beside them.
std::span<const PickleGlobal> torch_globals();

/// Which of several state dicts of a checkpoint is meant.
struct StateChoice {
  std::string name;  ///< "model", "ema.shadow"; empty: the only one that it can be
  /// A state dict with a tensor whose name ends so is preferred to others: those of random generators and of measures
  /// are dicts of tensors as well.
  std::string_view mark;
};

/// One dict of named tensors.
struct TorchState {
  std::string name;  ///< keys that lead to it, joined by dots; empty: it is the outermost
  std::string rest;  ///< what the name that was asked for has behind that
  const PickleValue* dict = nullptr;
  std::vector<std::string> beside;  ///< keys of the outermost dict that do not lead to it
};

/// The state dict that is meant. Optimizers are none, at any depth. Error: there is none, none of that name, or there
/// are several and none was named; lists them.
Result<TorchState> find_state(const PickleValue& root, const StateChoice& choice, const std::string& file,
                              const std::string& part);

/// The tensors of a state dict; `passed_over` receives the names of all else in it. `file` and `part` name the source
/// in errors. Error: a name that is given twice, a tensor that reaches beyond its storage.
Result<std::vector<TorchTensor>> read_state_dict(const PickleValue& dict, const std::string& file,
                                                 const std::string& part, std::vector<std::string>& passed_over);

/// Every storage that a pickle mentions, of whatever tensor, once each.
std::vector<TorchStorage> storages_of(const PickleValue& root);

}  // namespace trm
