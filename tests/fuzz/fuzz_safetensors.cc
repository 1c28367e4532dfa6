// Any bytes as a safetensors file: an error that names it, or tensors that can be read to their last byte.
#include <span>

#include "engine/format/safetensors.h"
#include "tests/fuzz/check.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using trm::fuzz::check;
  const std::span<const std::byte> image{reinterpret_cast<const std::byte*>(data), size};
  const auto file = trm::SafetensorsFile::parse(image, "input");
  if (!file) {
    check(!file.error().message.empty(), "an error says what is wrong");
    check(file.error().file == "input", "an error names the file");
    return 0;
  }
  std::size_t total = 0;
  std::byte bits{};
  for (const trm::TensorView& tensor : file->tensors()) {
    std::size_t elements = 1;
    for (const std::size_t extent : tensor.shape) elements *= extent;
    check(elements * trm::dtype_size(tensor.dtype) == tensor.data.size(), "data has the size of the shape");
    check(file->find(tensor.name) == &tensor, "a tensor is found by its name");
    const auto aligned = file->aligned(tensor);
    check(aligned.ok(), "there is memory for a copy");
    const std::span<const std::byte> values = (*aligned)->data;
    check(reinterpret_cast<std::uintptr_t>(values.data()) % trm::dtype_size(tensor.dtype) == 0, "data are aligned");
    check(values.size() == tensor.data.size(), "a copy has the size of its tensor");
    // Reads every byte, for the address sanitizer: these may be bytes of the file or an aligned copy of them.
    for (const std::byte value : values) bits |= value;
    total += tensor.data.size();
  }
  const trm::Status intact = file->verify();
  check(intact.ok() || intact.error().file == "input", "an error names the file");
  check(total <= size, "tensors do not overlap");
  check(total > 0 || bits == std::byte{}, "no data, no bits");
  return 0;
}
