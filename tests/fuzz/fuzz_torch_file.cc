// Any bytes as a file of torch.save, zip or the format before it: an error that names it, or tensors that can be read.
#include <span>

#include "engine/import/torch_file.h"
#include "engine/import/zip_archive.h"
#include "tests/fuzz/check.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using trm::fuzz::check;
  const std::span<const std::byte> image{reinterpret_cast<const std::byte*>(data), size};
  const auto archive = trm::ZipArchive::parse(image, "input");
  if (archive) {
    std::size_t total = 0;
    for (const trm::ZipEntry& entry : archive->entries()) {
      check(archive->find(entry.name) == &entry, "an entry is found by its name");
      total += entry.data.size();
    }
    check(total <= size, "entries do not overlap");
  }
  const auto file = trm::TorchFile::parse(image, "input");
  if (!file) {
    check(!file.error().message.empty(), "an error says what is wrong");
    check(file.error().file == "input", "an error names the file");
    return 0;
  }
  std::byte bits{};
  for (const trm::TensorView& tensor : file->tensors()) {
    check(trm::tensor_bytes(tensor.dtype, tensor.shape) == tensor.data.size(), "data have the size of the shape");
    // Reads every byte, for the address sanitizer.
    for (const std::byte value : tensor.data) bits |= value;
  }
  const trm::Status intact = file->verify();
  check(intact.ok() || !intact.error().message.empty(), "a damaged part is named");
  check(!file->tensors().empty() || bits == std::byte{}, "no tensors, no bits");
  return 0;
}
