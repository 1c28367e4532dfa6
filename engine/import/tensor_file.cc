#include "engine/import/tensor_file.h"

#include <utility>

#include "engine/sys/files.h"
#include "engine/sys/mapped_file.h"

namespace trm {

Result<TensorFile> TensorFile::open(const std::string& path, const StateChoice& choice) {
  bool torch = false;
  {  // unmapped before the reader maps it
    Result<MappedFile> head = MappedFile::open(path);
    if (!head) return std::move(head.error());
    torch = TorchFile::recognises(head->bytes());
  }
  if (torch) {
    Result<TorchFile> file = TorchFile::open(path, choice);
    if (!file) return std::move(file.error());
    std::string rest = file->state_rest();
    return TensorFile(std::move(*file), std::move(rest));
  }
  Result<SafetensorsFile> file = SafetensorsFile::open(path);
  if (!file) return std::move(file.error());
  return TensorFile(std::move(*file), choice.name);
}

const std::vector<TensorView>& TensorFile::tensors() const {
  return std::visit(
      [](const auto& f) -> const auto& { return f.tensors(); }, file_);
}
const std::string& TensorFile::path() const {
  return std::visit(
      [](const auto& f) -> const auto& { return f.path(); }, file_);
}
const MappedFile& TensorFile::mapping() const {
  return std::visit(
      [](const auto& f) -> const auto& { return f.mapping(); }, file_);
}

std::string_view TensorFile::format() const {
  const auto* torch = std::get_if<TorchFile>(&file_);
  return torch != nullptr ? torch->format() : "safetensors";
}

std::vector<std::string> TensorFile::notes() const {
  const auto* torch = std::get_if<TorchFile>(&file_);
  return torch != nullptr ? torch->notes() : std::vector<std::string>();
}

std::string TensorFile::hash() const {
  return mapping().hash();
}

Status TensorFile::verify() const {
  const auto* torch = std::get_if<TorchFile>(&file_);
  return torch != nullptr ? torch->verify() : std::get<SafetensorsFile>(file_).verify();
}

}  // namespace trm
