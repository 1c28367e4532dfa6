#include "engine/import/torch_state.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "engine/import/damaged.h"
#include "engine/json/strict_json.h"

namespace trm {
namespace {

using Kind = PickleValue::Kind;

constexpr std::string_view kTensor = "torch._utils._rebuild_tensor_v2";
constexpr std::string_view kParameter = "torch._utils._rebuild_parameter";
constexpr std::size_t kMaxRank = 32;
constexpr std::size_t kMaxKey = 64;
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

// Plain data that programs keep beside a model: sizes and types, paths, arguments, configurations, random generators.
// Nothing of it is built; what it holds is kept as it lies in the file.
constexpr std::array<PickleGlobal, 54> kData{{
    {"torch.Size", PickleUse::call},
    {"torch.device", PickleUse::call},
    {"torch.float32", PickleUse::name},
    {"torch.float64", PickleUse::name},
    {"torch.float16", PickleUse::name},
    {"torch.bfloat16", PickleUse::name},
    {"torch.int8", PickleUse::name},
    {"torch.uint8", PickleUse::name},
    {"torch.int16", PickleUse::name},
    {"torch.int32", PickleUse::name},
    {"torch.int64", PickleUse::name},
    {"torch.bool", PickleUse::name},
    {"collections.defaultdict", PickleUse::dict_like},
    {"collections.Counter", PickleUse::dict_like},
    {"collections.deque", PickleUse::object},
    {"argparse.Namespace", PickleUse::object},
    {"types.SimpleNamespace", PickleUse::object},
    {"datetime.datetime", PickleUse::call},
    {"datetime.timedelta", PickleUse::call},
    {"pathlib.Path", PickleUse::call},
    {"pathlib.PosixPath", PickleUse::call},
    {"pathlib.PurePosixPath", PickleUse::call},
    {"pathlib.WindowsPath", PickleUse::call},
    {"pathlib.PureWindowsPath", PickleUse::call},
    {"pathlib._local.PosixPath", PickleUse::call},
    {"pathlib._local.WindowsPath", PickleUse::call},
    {"_codecs.encode", PickleUse::call},
    {"numpy.dtype", PickleUse::object},
    {"numpy.ndarray", PickleUse::name},
    {"numpy.core.multiarray.scalar", PickleUse::call},
    {"numpy.core.multiarray._reconstruct", PickleUse::object},
    {"numpy._core.multiarray.scalar", PickleUse::call},
    {"numpy._core.multiarray._reconstruct", PickleUse::object},
    {"__builtin__.set", PickleUse::call},
    {"__builtin__.frozenset", PickleUse::call},
    {"__builtin__.bytearray", PickleUse::call},
    {"__builtin__.complex", PickleUse::call},
    {"__builtin__.dict", PickleUse::name},
    {"__builtin__.list", PickleUse::name},
    {"__builtin__.tuple", PickleUse::name},
    {"__builtin__.int", PickleUse::name},
    {"__builtin__.long", PickleUse::name},
    {"__builtin__.float", PickleUse::name},
    {"__builtin__.bool", PickleUse::name},
    {"__builtin__.unicode", PickleUse::name},
    {"__builtin__.object", PickleUse::name},
    {"typing.Any", PickleUse::name},
    {"omegaconf.", PickleUse::object},
    {"lightning.fabric.utilities.data.AttributeDict", PickleUse::dict_like},
    {"lightning_fabric.utilities.data.AttributeDict", PickleUse::dict_like},
    {"lightning.pytorch.utilities.parsing.AttributeDict", PickleUse::dict_like},
    {"pytorch_lightning.utilities.parsing.AttributeDict", PickleUse::dict_like},
    {"pytorch_lightning.utilities.data.AttributeDict", PickleUse::dict_like},
    {"easydict.EasyDict", PickleUse::dict_like},
}};

constexpr std::size_t kOwn = 3;
constexpr auto make_globals() {
  std::array<PickleGlobal, kOwn + kStorages.size() + kData.size()> out{};
  out[0] = {"collections.OrderedDict", PickleUse::dict};
  out[1] = {kTensor, PickleUse::call};
  out[2] = {kParameter, PickleUse::call};
  for (std::size_t i = 0; i < kStorages.size(); ++i) out[kOwn + i] = {kStorages[i].name, PickleUse::name};
  for (std::size_t i = 0; i < kData.size(); ++i) out[kOwn + kStorages.size() + i] = kData[i];
  return out;
}
constexpr auto kGlobals = make_globals();

bool is_tensor(const PickleValue& value) {
  return value.kind == Kind::call && (value.text == kTensor || value.text == kParameter);
}

std::optional<std::size_t> count(const PickleValue& value) {
  if (value.kind != Kind::integer || value.integer < 0) return std::nullopt;
  return static_cast<std::size_t>(value.integer);
}

// ("storage", torch.FloatStorage, key, device, elements); the older format has None behind it. Returns what is wrong.
std::string read_storage(const PickleValue& value, TorchStorage& out) {
  constexpr const char* kForm = "its storage is no (\"storage\", class, key, device, elements)";
  if (value.kind != Kind::persistent) return kForm;
  const PickleValue& id = *value.items[0];
  const auto& items = id.items;
  if (id.kind != Kind::tuple || items.size() < 5 || items.size() > 6 || items[0]->kind != Kind::text ||
      items[0]->text != "storage" || items[1]->kind != Kind::global || items[2]->kind != Kind::text ||
      items[3]->kind != Kind::text || (items.size() == 6 && items[5]->kind != Kind::none)) {
    return kForm;
  }
  const auto known =
      std::find_if(kStorages.begin(), kStorages.end(), [&](const StorageClass& c) { return c.name == items[1]->text; });
  if (known == kStorages.end()) return items[1]->text + " is no class of storages";
  out.dtype = known->dtype;
  out.key = items[2]->text;
  if (out.key.empty() || out.key.size() > kMaxKey) {
    return "the key of its storage must have 1 to " + std::to_string(kMaxKey) + " bytes";
  }
  const auto elements = count(*items[4]);
  if (!elements) return "the size of its storage must be a whole number from 0 on";
  if (*elements > SIZE_MAX / dtype_size(known->dtype)) return "the size of its storage overflows";
  out.elements = *elements;
  return "";
}

// A key of a dict as part of a name.
std::string key_text(const PickleValue& key) {
  if (key.kind == Kind::text) return key.text;
  if (key.kind == Kind::integer) return std::to_string(key.integer);
  return kind_name(key.kind);
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

// The state of an optimizer has tensors of the shapes of the model, and is no model.
bool is_optimizer(const std::string& key, const PickleValue& value) {
  const std::string name = lower(key);
  if (name.starts_with("optim") || name == "opt" || name.starts_with("opt_")) return true;
  for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
    if (value.kind == Kind::dict && value.items[i]->text == "param_groups") return true;
  }
  return false;
}

// Walks through dicts, lists and tuples and finds the dicts of named tensors, outer ones first.
class StateFinder {
 public:
  struct Found {
    std::string name;
    const PickleValue* dict = nullptr;
    bool holds_others = false;  ///< other state dicts lie in it
    bool marked = false;
  };

  StateFinder(const PickleValue& root, std::string_view mark) : mark_(mark) { visit(root, "", 0); }
  [[nodiscard]] const std::vector<Found>& found() const { return found_; }

 private:
  // Checkpoints nest a few levels; names of deeper ones would be nobody's to type.
  static constexpr std::size_t kMaxLevels = 8;

  void visit(const PickleValue& value, const std::string& name, std::size_t level) {
    if (level == kMaxLevels || !seen_.insert(&value).second) return;
    const auto inner = [&name](const std::string& key) { return name.empty() ? key : name + "." + key; };
    if (value.kind == Kind::list || value.kind == Kind::tuple) {
      for (std::size_t i = 0; i < value.items.size(); ++i) visit(*value.items[i], inner(std::to_string(i)), level + 1);
      return;
    }
    if (value.kind != Kind::dict || is_optimizer(level == 0 ? "" : name.substr(name.rfind('.') + 1), value)) return;
    Found here{name, &value, false, false};
    std::size_t tensors = 0;
    for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
      if (!is_tensor(*value.items[i + 1])) continue;
      ++tensors;
      const PickleValue& key = *value.items[i];
      here.marked = here.marked || (!mark_.empty() && key.kind == Kind::text && key.text.ends_with(mark_));
    }
    const std::size_t place = found_.size();
    if (tensors > 0) found_.push_back(std::move(here));
    for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
      const PickleValue& item = *value.items[i + 1];
      const std::string key = key_text(*value.items[i]);
      if (!is_tensor(item) && key.size() <= kMaxKey) visit(item, inner(key), level + 1);
    }
    if (tensors > 0) found_[place].holds_others = found_.size() > place + 1;
  }

  std::string_view mark_;
  std::set<const PickleValue*> seen_;
  std::vector<Found> found_;
};

class StateReader {
 public:
  StateReader(const std::string& file, const std::string& part) : file_(file), part_(part) {}

  Result<std::vector<TorchTensor>> read(const PickleValue& dict, std::vector<std::string>& passed_over) {
    std::vector<TorchTensor> tensors;
    std::set<std::string_view> names;
    for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
      const PickleValue& key = *dict.items[i];
      const PickleValue& value = *dict.items[i + 1];
      if (!is_tensor(value)) {
        passed_over.push_back(key_text(key));
        continue;
      }
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
    if (std::string wrong = read_storage(*arguments[0], out.storage); !wrong.empty()) {
      const PickleValue& storage = *arguments[0];
      return bad(storage.kind == Kind::persistent ? *storage.items[0] : storage, out.name, std::move(wrong));
    }
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

Result<TorchState> find_state(const PickleValue& root, const StateChoice& choice, const std::string& file,
                              const std::string& part) {
  using Found = StateFinder::Found;
  const auto bad = [&](std::string message, std::string fix) {
    return Error{ErrorCode::bad_input, file, part + " at byte " + std::to_string(root.offset), std::move(message),
                 std::move(fix)};
  };
  const StateFinder finder(root, choice.mark);
  std::vector<Found> all = finder.found();
  if (all.empty()) {
    if (root.kind != Kind::dict)
      return bad(std::string("is ") + kind_name(root.kind) + ", not a dict of tensors", kSaveState);
    return bad("holds no dict of tensors", kSaveState);
  }
  const auto shown = [](const Found& f) {
    return f.name.empty() ? std::string("the outermost dict") : json_shown(f.name);
  };
  const auto list = [&](const std::vector<Found>& states) {
    constexpr std::size_t kShown = 12;
    std::string out;
    for (std::size_t i = 0; i < std::min(states.size(), kShown); ++i) out += (i == 0 ? "" : ", ") + shown(states[i]);
    return states.size() > kShown ? out + " and " + std::to_string(states.size() - kShown) + " more" : out;
  };
  const auto taken = [&](const Found& f, std::string rest) {
    TorchState out{f.name, std::move(rest), f.dict, {}};
    if (f.name.empty()) return out;
    for (std::size_t i = 0; i + 1 < root.items.size() && root.kind == Kind::dict; i += 2) {
      const std::string key = key_text(*root.items[i]);
      if (key != f.name && !f.name.starts_with(key + ".")) out.beside.push_back(key);
    }
    return out;
  };

  // Those that it can be: with the mark if any has it; else those that are no mere container of others.
  std::vector<Found> likely;
  const bool marked = std::any_of(all.begin(), all.end(), [](const Found& f) { return f.marked; });
  std::copy_if(all.begin(), all.end(), std::back_inserter(likely),
               [&](const Found& f) { return marked ? f.marked : !f.holds_others; });
  if (!choice.name.empty()) {
    const std::string& name = choice.name;
    const Found* under = nullptr;
    std::size_t count_under = 0;
    for (const Found& f : all) {
      if (f.name == name) return taken(f, "");
      if (!f.name.starts_with(name + ".")) continue;
      ++count_under;
      under = &f;
    }
    if (count_under == 1) return taken(*under, "");
    // The name may go on inside a state dict, where several models lie side by side.
    for (const Found& f : likely) {
      if (!f.name.empty() && name.starts_with(f.name + ".")) return taken(f, name.substr(f.name.size() + 1));
    }
    if (likely.size() == 1) return taken(likely[0], name);
    return bad("has no state " + json_shown(name) + ": it has " + list(all), "name one of these with --state");
  }
  if (likely.size() == 1) return taken(likely[0], "");
  return bad("holds several state dicts: " + list(likely), "name one with --state");
}

Result<std::vector<TorchTensor>> read_state_dict(const PickleValue& dict, const std::string& file,
                                                 const std::string& part, std::vector<std::string>& passed_over) {
  return StateReader(file, part).read(dict, passed_over);
}

std::vector<TorchStorage> storages_of(const PickleValue& root) {
  std::vector<TorchStorage> out;
  std::set<std::string> keys;
  std::set<const PickleValue*> seen{&root};
  std::vector<const PickleValue*> open{&root};
  while (!open.empty()) {
    const PickleValue& value = *open.back();
    open.pop_back();
    if (TorchStorage storage; value.kind == Kind::persistent && read_storage(value, storage).empty()) {
      if (keys.insert(storage.key).second) out.push_back(std::move(storage));
    }
    for (const PickleValue* item : value.items) {
      if (seen.insert(item).second) open.push_back(item);
    }
  }
  return out;
}

}  // namespace trm
