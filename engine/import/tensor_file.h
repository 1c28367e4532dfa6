// A file of named tensors in any format that is read: safetensors, or torch.save.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/safetensors.h"
#include "engine/import/torch_file.h"

namespace trm {

class TensorFile {
 public:
  /// The first bytes decide; what is no torch.save file must be safetensors, which holds one state alone.
  static Result<TensorFile> open(const std::string& path, const StateChoice& choice = {});

  [[nodiscard]] const std::vector<TensorView>& tensors() const;
  [[nodiscard]] const std::string& path() const;
  /// "safetensors", "torch zip" or "torch legacy".
  [[nodiscard]] std::string_view format() const;
  /// null: another format.
  [[nodiscard]] const SafetensorsFile* safetensors() const { return std::get_if<SafetensorsFile>(&file_); }
  [[nodiscard]] const MappedFile& mapping() const;
  /// TorchFile::state_rest; of safetensors all of StateChoice::name.
  [[nodiscard]] const std::string& state_rest() const { return state_rest_; }
  /// TorchFile::notes.
  [[nodiscard]] std::vector<std::string> notes() const;
  /// hash_hex of the whole file.
  [[nodiscard]] std::string hash() const;
  /// TorchFile::verify or SafetensorsFile::verify.
  [[nodiscard]] Status verify() const;

 private:
  TensorFile(std::variant<SafetensorsFile, TorchFile> file, std::string state_rest)
      : file_(std::move(file)), state_rest_(std::move(state_rest)) {}
  std::variant<SafetensorsFile, TorchFile> file_;
  std::string state_rest_;
};

}  // namespace trm
