// Any bytes as a pickle: an error with its place, or a tree whose state dict, if it is one, stays inside its storages.
#include <span>
#include <string>
#include <vector>

#include "engine/import/pickle.h"
#include "engine/import/torch_state.h"
#include "tests/fuzz/check.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using trm::fuzz::check;
  const std::span<const std::byte> bytes{reinterpret_cast<const std::byte*>(data), size};
  const std::string file = "input", part = "data.pkl";
  const auto pickle = trm::Pickle::parse(bytes, file, part, trm::torch_globals());
  if (!pickle) {
    check(!pickle.error().message.empty(), "an error says what is wrong");
    check(pickle.error().file == file, "an error names the file");
    check(pickle.error().field.starts_with("data.pkl at byte "), "an error names the place");
    return 0;
  }
  check(pickle->size() <= size, "a pickle ends in its bytes");
  check(pickle->root().depth <= trm::Pickle::kMaxDepth, "values are not nested deeper than the limit");
  const auto found = trm::find_state(pickle->root(), {}, file, part);
  if (!found) {
    check(!found.error().message.empty(), "an error says what is wrong");
    return 0;
  }
  std::vector<std::string> passed_over;
  const auto state = trm::read_state_dict(*found->dict, file, part, passed_over);
  if (!state) {
    check(!state.error().message.empty(), "an error says what is wrong");
    return 0;
  }
  for (const trm::TorchTensor& t : *state) {
    check(!t.name.empty(), "a tensor has a name");
    check(t.shape.size() == t.strides.size(), "each size has a stride");
    check(trm::tensor_bytes(t.storage.dtype, t.shape).has_value(), "sizes do not overflow");
    if (t.elements() == 0) continue;
    std::size_t last = t.first;
    for (std::size_t i = 0; i < t.shape.size(); ++i) last += (t.shape[i] - 1) * t.strides[i];
    check(last < t.storage.elements, "the last element is in the storage");
  }
  return 0;
}
