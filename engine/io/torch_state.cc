#include "engine/io/torch_state.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "engine/io/strict_json.h"

namespace trm {
namespace {

using Kind = PickleValue::Kind;

constexpr std::string_view kTensor = "torch._utils._rebuild_tensor_v2";
constexpr std::string_view kParameter = "torch._utils._rebuild_parameter";
constexpr std::size_t kMaxRank = 32;
constexpr std::size_t kMaxKey = 64;
constexpr const char* kFetchAgain = "fetch or write the file again";
constexpr const char* kSaveState = "save the state dict itself with torch.save";

struct StorageClass {
  std::string_view name;
  DType dtype;
};
constexpr std::array<StorageClass, 10> kStorages{{{"torch.FloatStorage", DType::f32},
                                                  {"torch.BFloat16Storage", DType::bf16},
                                                  {"torch.HalfStorage", DType::f16},
                                                  {"torch.DoubleStorage", DType::f64},
                                                  {"torch.LongStorage", DType::i64},
                                                  {"torch.IntStorage", DType::i32},
                                                  {"torch.ShortStorage", DType::i16},
                                                  {"torch.CharStorage", DType::i8},
                                                  {"torch.ByteStorage", DType::u8},
                                                  {"torch.BoolStorage", DType::boolean}}};

constexpr std::array<PickleGlobal, 3 + kStorages.size()> make_globals() {
  std::array<PickleGlobal, 3 + kStorages.size()> out{};
  out[0] = {"collections.OrderedDict", true};
  out[1] = {kTensor, true};
  out[2] = {kParameter, true};
  for (std::size_t i = 0; i < kStorages.size(); ++i) out[3 + i] = {kStorages[i].name, false};
  return out;
}
constexpr auto kGlobals = make_globals();

class Reader {
 public:
  Reader(const std::string& file, const std::string& part) : file_(file), part_(part) {}

  Result<std::vector<TorchTensor>> read(const PickleValue& root) {
    if (root.kind != Kind::dict) {
      return bad(root, "", std::string("is ") + kind_name(root.kind) + ", not a dict of tensors", kSaveState);
    }
    std::vector<TorchTensor> tensors;
    std::set<std::string_view> names;
    for (std::size_t i = 0; i + 1 < root.items.size(); i += 2) {
      const PickleValue& key = *root.items[i];
      const PickleValue& value = *root.items[i + 1];
      if (key.kind != Kind::text || key.text.empty())
        return bad(key, "", "a key of the state dict is no name", kSaveState);
      if (!names.insert(key.text).second) return bad(key, key.text, "appears twice");
      TorchTensor tensor;
      tensor.name = key.text;
      if (Status s = read_tensor(value, tensor); !s) return std::move(s.error());
      tensors.push_back(std::move(tensor));
    }
    return tensors;
  }

 private:
  [[nodiscard]] Error bad(const PickleValue& at, const std::string& tensor, std::string message,
                          const char* fix = kFetchAgain) const {
    std::string field = tensor.empty() ? "" : "tensor " + json_shown(tensor) + ", ";
    return Error{ErrorCode::bad_input, file_, field + part_ + " at byte " + std::to_string(at.offset),
                 std::move(message), fix};
  }

  // _rebuild_parameter(tensor, requires_grad, hooks) wraps _rebuild_tensor_v2(storage, first, shape, strides,
  // requires_grad, hooks[, metadata]).
  Status read_tensor(const PickleValue& value, TorchTensor& out) {
    if (value.kind != Kind::call) {
      return bad(value, out.name, std::string("is ") + kind_name(value.kind) + ", not a tensor", kSaveState);
    }
    const auto& arguments = value.items[0]->items;
    if (value.text == kParameter) {
      if (arguments.size() != 3) return bad(value, out.name, "_rebuild_parameter takes 3 arguments" + has(arguments));
      const PickleValue& inner = *arguments[0];
      if (inner.kind != Kind::call || inner.text != kTensor) {
        return bad(inner, out.name, "is a parameter of something that is no tensor");
      }
      return read_tensor(inner, out);
    }
    if (arguments.size() != 6 && arguments.size() != 7) {
      return bad(value, out.name, "_rebuild_tensor_v2 takes 6 or 7 arguments" + has(arguments));
    }
    if (Status s = read_storage(*arguments[0], out); !s) return s;
    const auto first = count(*arguments[1]);
    if (!first) return bad(*arguments[1], out.name, "its place in the storage must be a whole number from 0 on");
    out.first = *first;
    if (Status s = read_counts(*arguments[2], out.name, "shape", out.shape); !s) return s;
    if (Status s = read_counts(*arguments[3], out.name, "strides", out.strides); !s) return s;
    if (out.shape.size() != out.strides.size()) {
      return bad(
          value, out.name,
          "has " + std::to_string(out.shape.size()) + " sizes and " + std::to_string(out.strides.size()) + " strides");
    }
    if (arguments[5]->kind != Kind::dict || !arguments[5]->items.empty()) {
      return bad(*arguments[5], out.name, "has hooks", kSaveState);
    }
    if (arguments.size() == 7 && !arguments[6]->items.empty()) {
      return bad(*arguments[6], out.name, "is conjugated or negated lazily",
                 "save tensor.resolve_conj().resolve_neg()");
    }
    return check_extent(value, out);
  }

  static std::string has(const std::vector<const PickleValue*>& arguments) {
    return ", has " + std::to_string(arguments.size());
  }

  static std::optional<std::size_t> count(const PickleValue& value) {
    if (value.kind != Kind::integer || value.integer < 0) return std::nullopt;
    return static_cast<std::size_t>(value.integer);
  }

  Status read_counts(const PickleValue& value, const std::string& name, const char* what,
                     std::vector<std::size_t>& out) {
    const std::string field = std::string("its ") + what;
    if (value.kind != Kind::tuple) return bad(value, name, field + " must be a tuple, is " + kind_name(value.kind));
    if (value.items.size() > kMaxRank) {
      return bad(value, name, field + " has more than " + std::to_string(kMaxRank) + " dimensions");
    }
    for (const PickleValue* item : value.items) {
      const auto n = count(*item);
      if (!n) return bad(*item, name, field + " must hold whole numbers from 0 on");
      out.push_back(*n);
    }
    return {};
  }

  // ("storage", torch.FloatStorage, key, device, elements); the older format has None behind it.
  Status read_storage(const PickleValue& value, TorchTensor& out) {
    constexpr const char* kForm = "its storage is no (\"storage\", class, key, device, elements)";
    if (value.kind != Kind::persistent) return bad(value, out.name, kForm);
    const PickleValue& id = *value.items[0];
    const auto& items = id.items;
    if (id.kind != Kind::tuple || items.size() < 5 || items.size() > 6 || items[0]->kind != Kind::text ||
        items[0]->text != "storage" || items[1]->kind != Kind::global || items[2]->kind != Kind::text ||
        items[3]->kind != Kind::text || (items.size() == 6 && items[5]->kind != Kind::none)) {
      return bad(id, out.name, kForm);
    }
    const auto known = std::find_if(kStorages.begin(), kStorages.end(),
                                    [&](const StorageClass& c) { return c.name == items[1]->text; });
    if (known == kStorages.end()) return bad(id, out.name, items[1]->text + " is no class of storages");
    out.storage.dtype = known->dtype;
    out.storage.key = items[2]->text;
    if (out.storage.key.empty() || out.storage.key.size() > kMaxKey) {
      return bad(id, out.name, "the key of its storage must have 1 to " + std::to_string(kMaxKey) + " bytes");
    }
    const auto elements = count(*items[4]);
    if (!elements) return bad(id, out.name, "the size of its storage must be a whole number from 0 on");
    if (*elements > SIZE_MAX / dtype_size(known->dtype)) return bad(id, out.name, "the size of its storage overflows");
    out.storage.elements = *elements;
    return {};
  }

  // The last element that the strides reach must be inside the storage.
  Status check_extent(const PickleValue& value, const TorchTensor& t) {
    const auto bytes = tensor_bytes(t.storage.dtype, t.shape);
    if (!bytes) return bad(value, t.name, "the number of bytes of shape " + shape_text(t.shape) + " overflows");
    if (*bytes == 0) return {};
    std::size_t last = t.first;
    for (std::size_t i = 0; i < t.shape.size(); ++i) {
      const std::size_t steps = t.shape[i] - 1;
      if (steps != 0 && t.strides[i] > (SIZE_MAX - last) / steps) {
        return bad(value, t.name, "the strides " + shape_text(t.strides) + " overflow");
      }
      last += steps * t.strides[i];
    }
    if (last >= t.storage.elements) {
      return bad(value, t.name,
                 "reaches element " + std::to_string(last) + " of storage " + json_shown(t.storage.key) +
                     ", which has " + std::to_string(t.storage.elements));
    }
    return {};
  }

  const std::string& file_;
  const std::string& part_;
};

}  // namespace

std::size_t TorchTensor::elements() const {
  std::size_t n = 1;
  for (const std::size_t size : shape) n *= size;
  return n;
}

bool TorchTensor::contiguous() const {
  std::size_t expected = 1;
  if (elements() == 0) return true;
  for (std::size_t i = shape.size(); i-- > 0;) {
    if (shape[i] != 1 && strides[i] != expected) return false;
    expected *= shape[i];
  }
  return true;
}

std::span<const PickleGlobal> torch_globals() {
  return kGlobals;
}

Result<std::vector<TorchTensor>> read_state_dict(const PickleValue& root, const std::string& file,
                                                 const std::string& part) {
  return Reader(file, part).read(root);
}

}  // namespace trm
