#include "engine/import/torch_file.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

#include "engine/format/file_image.h"
#include "engine/import/crc32.h"
#include "engine/import/damaged.h"
#include "engine/import/pickle.h"
#include "engine/import/torch_state.h"
#include "engine/import/zip_archive.h"
#include "engine/json/strict_json.h"
#include "engine/sys/foreign.h"

namespace trm {
namespace {

// What a tensor that is not contiguous may cost, all of them together.
constexpr std::size_t kMaxCopied = std::size_t{64} << 20;
constexpr std::string_view kZipMark("PK\x03\x04", 4);
// The pickle of the number 0x1950a86a20f9469cfc6c.
constexpr std::string_view kLegacyMark("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15);
constexpr std::int64_t kLegacyProtocol = 1001;
constexpr int kOldestVersion = 2, kNewestVersion = 10;

using Kind = PickleValue::Kind;

// The tensors of a file and the bytes of the storages that they are in.
struct Content {
  std::vector<TorchTensor> tensors;
  std::map<std::string, std::span<const std::byte>> storages;
};

}  // namespace

struct TorchFile::Impl : FileImage {
  bool legacy = false;
  std::vector<TensorView> tensors;
  std::vector<ZipEntry> entries;
  std::vector<std::vector<std::byte>> copies;
  TorchState state;
  std::vector<std::string> passed_over;

  [[nodiscard]] Error bad(std::string field, std::string message, const char* fix = kFetchAgain) const {
    return Error{ErrorCode::bad_input, path, std::move(field), std::move(message), fix};
  }

  Status fill(const StateChoice& choice) {
    legacy = text_of(image).starts_with(kLegacyMark);
    // A zip archive of arrays is one, too, but no checkpoint.
    if (std::optional<Error> foreign = foreign_error(path, image); foreign && !image.empty()) return *foreign;
    if (!legacy && !text_of(image).starts_with(kZipMark)) {
      return bad("", "is no file of torch.save: neither a zip archive nor its older format",
                 "give a checkpoint of torch.save or a safetensors file");
    }
    Result<Content> content = legacy ? read_legacy(choice) : read_zip(choice);
    if (!content) return std::move(content.error());
    std::size_t copied = 0;
    for (TorchTensor& t : content->tensors) {
      const std::span<const std::byte> storage = content->storages.at(t.storage.key);
      const std::size_t size = dtype_size(t.storage.dtype);
      const std::size_t bytes = t.elements() * size;
      std::span<const std::byte> data;
      if (t.contiguous()) {
        if (bytes != 0) data = storage.subspan(t.first * size, bytes);
      } else {
        // Strides may repeat elements, so the shape of a small file can ask for any size.
        if (bytes > kMaxCopied - copied) {
          return bad(t.name, "is not contiguous and too large to be copied: " + std::to_string(bytes) + " bytes",
                     "save tensor.contiguous()");
        }
        copied += bytes;
        data = copies.emplace_back(gather(t, storage));
      }
      tensors.push_back({std::move(t.name), t.storage.dtype, std::move(t.shape), data});
    }
    return {};
  }

  static std::vector<std::byte> gather(const TorchTensor& t, std::span<const std::byte> storage) {
    const std::size_t size = dtype_size(t.storage.dtype);
    std::vector<std::byte> out(t.elements() * size);
    std::vector<std::size_t> index(t.shape.size(), 0);
    std::size_t at = t.first;
    for (std::size_t done = 0; done < out.size(); done += size) {
      std::memcpy(out.data() + done, storage.data() + at * size, size);
      // The next index, as an odometer counts; a place that turns over goes back to its first element.
      for (std::size_t i = index.size(); i-- > 0;) {
        at += t.strides[i];
        if (++index[i] < t.shape[i]) break;
        at -= t.strides[i] * t.shape[i];
        index[i] = 0;
      }
    }
    return out;
  }

  // ---- PyTorch 1.6 and later: NAME/data.pkl, NAME/data/KEY, NAME/version, NAME/byteorder

  // The tensors of the state dict that is meant.
  Result<std::vector<TorchTensor>> read_state(const PickleValue& root, const StateChoice& choice,
                                              const std::string& part) {
    Result<TorchState> found = find_state(root, choice, path, part);
    if (!found) return std::move(found.error());
    state = *std::move(found);
    Result<std::vector<TorchTensor>> out = read_state_dict(*state.dict, path, part, passed_over);
    state.dict = nullptr;  // the pickle goes
    return out;
  }

  Result<Content> read_zip(const StateChoice& choice) {
    Result<ZipArchive> archive = ZipArchive::parse(image, path);
    if (!archive) return std::move(archive.error());
    Result<std::string> found = find_root(*archive);
    if (!found) return std::move(found.error());
    const std::string& root = *found;
    if (Status s = check_version(*archive, root); !s) return std::move(s.error());
    const ZipEntry& pickled = *archive->find(root + "data.pkl");
    if (Status s = check_small(pickled); !s) return std::move(s.error());
    const Result<Pickle> pickle = Pickle::parse(pickled.data, path, pickled.name, torch_globals());
    if (!pickle) return pickle.error();
    if (pickle->size() != pickled.data.size()) {
      return bad(pickled.name, "has " + std::to_string(pickled.data.size() - pickle->size()) + " bytes after STOP");
    }
    Result<std::vector<TorchTensor>> read = read_state(pickle->root(), choice, pickled.name);
    if (!read) return std::move(read.error());
    Content content;
    for (const TorchTensor& t : *read) {
      const std::string name = root + "data/" + t.storage.key;
      const ZipEntry* entry = archive->find(name);
      if (entry == nullptr) return bad(t.name, "its storage " + json_shown(name) + " is missing");
      if (Status s = check_size(t, entry->data.size()); !s) return std::move(s.error());
      content.storages[t.storage.key] = entry->data;
    }
    content.tensors = std::move(*read);
    entries = archive->entries();
    return content;
  }

  // The folder that holds data.pkl, with its slash: torch.save names it after the file.
  [[nodiscard]] Result<std::string> find_root(const ZipArchive& archive) const {
    constexpr std::string_view kPickle = "/data.pkl";
    std::optional<std::string> root;
    for (const ZipEntry& entry : archive.entries()) {
      const std::size_t slash = entry.name.find('/');
      if (slash == std::string::npos || std::string_view(entry.name).substr(slash) != kPickle) continue;
      if (root) return bad(entry.name, "is a second data.pkl beside " + *root + "data.pkl");
      root = entry.name.substr(0, slash + 1);
    }
    if (!root) return bad("", "is a zip archive without NAME/data.pkl", "give a file of torch.save");
    if (archive.find(*root + "constants.pkl") != nullptr) {
      return bad("", "is a TorchScript archive", "save the state dict with torch.save");
    }
    return *root;
  }

  [[nodiscard]] Status check_small(const ZipEntry& entry) const { return check_crc(entry, crc32(entry.data), path); }

  [[nodiscard]] Status check_version(const ZipArchive& archive, const std::string& root) const {
    const ZipEntry* version = archive.find(root + "version");
    if (version == nullptr) return bad(root + "version", "is missing");
    if (Status s = check_small(*version); !s) return s;
    std::string_view text = text_of(version->data.first(std::min<std::size_t>(version->data.size(), 16)));
    if (text.ends_with('\n')) text.remove_suffix(1);
    const bool digits = !text.empty() && text.size() <= 2 &&
                        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    const int number = digits ? std::stoi(std::string(text)) : -1;
    if (number < kOldestVersion || number > kNewestVersion) {
      return bad(version->name,
                 "is " + json_shown(text) + ", versions " + std::to_string(kOldestVersion) + " to " +
                     std::to_string(kNewestVersion) + " are read",
                 "save it with another release of PyTorch");
    }
    const ZipEntry* order = archive.find(root + "byteorder");
    if (order == nullptr) return {};  // releases before 2.1 did not say, and nearly all machines agree
    if (Status s = check_small(*order); !s) return s;
    const std::string_view word = text_of(order->data.first(std::min<std::size_t>(order->data.size(), 16)));
    if (word == "little") return {};
    return bad(order->name, "is " + json_shown(word) + ", only \"little\" is read",
               "save it again on a little-endian machine");
  }

  [[nodiscard]] Status check_size(const TorchTensor& t, std::size_t bytes) const {
    if (t.storage.bytes() == bytes) return {};
    return bad(t.name, "its storage " + json_shown(t.storage.key) + " has " + std::to_string(bytes) + " bytes, " +
                           std::to_string(t.storage.bytes()) + " are expected");
  }

  // ---- before 1.6: magic number, protocol number, system, state dict, list of keys, then length and data of each key

  Result<Content> read_legacy(const StateChoice& choice) {
    std::size_t at = kLegacyMark.size();
    const auto next = [&](const char* part) -> Result<Pickle> {
      Result<Pickle> pickle = Pickle::parse(image.subspan(at), path, part, torch_globals());
      if (pickle) at += pickle->size();
      return pickle;
    };
    const Result<Pickle> protocol = next("protocol");
    if (!protocol) return protocol.error();
    if (protocol->root().kind != Kind::integer || protocol->root().integer != kLegacyProtocol) {
      return bad("protocol", "is not " + std::to_string(kLegacyProtocol), "save it with a newer release of PyTorch");
    }
    const Result<Pickle> system = next("system");
    if (!system) return system.error();
    if (Status s = check_system(system->root()); !s) return std::move(s.error());
    const Result<Pickle> pickle = next("state dict");
    if (!pickle) return pickle.error();
    Result<std::vector<TorchTensor>> read = read_state(pickle->root(), choice, "state dict");
    if (!read) return std::move(read.error());
    const Result<Pickle> keys = next("keys");
    if (!keys) return keys.error();
    if (keys->root().kind != Kind::list)
      return bad("keys", std::string("must be a list, is ") + kind_name(keys->root().kind));

    // The data of every storage follow, those of optimizers too: each has to be stepped over. Tensors that are asked
    // for come first, so that errors name them.
    struct User {
      TorchStorage storage;
      std::string field;
    };
    std::map<std::string, User> users;
    for (const TorchTensor& t : *read) users.emplace(t.storage.key, User{t.storage, t.name});
    for (TorchStorage& other : storages_of(pickle->root())) {
      const std::string key = other.key;
      users.emplace(key, User{std::move(other), "storage " + json_shown(key)});
    }
    Content content;
    for (const PickleValue* key : keys->root().items) {
      if (key->kind != Kind::text) return bad("keys", std::string("must hold texts, holds ") + kind_name(key->kind));
      const auto user = users.find(key->text);
      if (user == users.end()) return bad("keys", "storage " + json_shown(key->text) + " belongs to no tensor");
      const auto& [storage, field] = user->second;
      std::uint64_t elements = 0;
      if (image.size() - at < sizeof(elements)) return bad(field, "its storage is missing at the end of the file");
      std::memcpy(&elements, image.data() + at, sizeof(elements));
      at += sizeof(elements);
      if (elements != storage.elements) {
        return bad(field, "its storage " + json_shown(storage.key) + " has " + std::to_string(elements) +
                              " elements, " + std::to_string(storage.elements) + " are expected");
      }
      if (storage.bytes() > image.size() - at) {
        return bad(field, "its storage of " + std::to_string(storage.bytes()) + " bytes exceeds the " +
                              std::to_string(image.size() - at) + " that follow");
      }
      if (!content.storages.emplace(key->text, image.subspan(at, storage.bytes())).second) {
        return bad("keys", "storage " + json_shown(key->text) + " appears twice");
      }
      at += storage.bytes();
    }
    if (at != image.size())
      return bad("", "has " + std::to_string(image.size() - at) + " bytes after the last storage");
    for (const TorchTensor& t : *read) {
      const auto storage = content.storages.find(t.storage.key);
      if (storage == content.storages.end()) {
        return bad(t.name, "its storage " + json_shown(t.storage.key) + " is missing");
      }
      if (Status s = check_size(t, storage->second.size()); !s) return std::move(s.error());
    }
    content.tensors = std::move(*read);
    return content;
  }

  [[nodiscard]] Status check_system(const PickleValue& system) const {
    if (system.kind != Kind::dict) return bad("system", std::string("must be a dict, is ") + kind_name(system.kind));
    for (std::size_t i = 0; i + 1 < system.items.size(); i += 2) {
      if (system.items[i]->text != "little_endian") continue;
      if (system.items[i + 1]->kind == Kind::boolean && system.items[i + 1]->integer == 1) return {};
      return bad("system", "little_endian is not True", "save it again on a little-endian machine");
    }
    return bad("system", "little_endian is missing");
  }
};

bool TorchFile::recognises(std::span<const std::byte> head) {
  return text_of(head).starts_with(kZipMark) || text_of(head).starts_with(kLegacyMark.substr(0, 4));
}

Result<TorchFile> TorchFile::of(Result<std::shared_ptr<const Impl>> impl) {
  if (!impl) return std::move(impl.error());
  TorchFile file;
  file.impl_ = std::move(*impl);
  return file;
}

Result<TorchFile> TorchFile::open(const std::string& path, const StateChoice& choice) {
  return of(read_file<Impl>(path, choice));
}

Result<TorchFile> TorchFile::parse(std::span<const std::byte> image, const std::string& name,
                                   const StateChoice& choice) {
  return of(read_image<Impl>({name, image, {}}, choice));
}

const std::vector<TensorView>& TorchFile::tensors() const {
  return impl_->tensors;
}
const std::string& TorchFile::path() const {
  return impl_->path;
}
std::string_view TorchFile::format() const {
  return impl_->legacy ? "torch legacy" : "torch zip";
}
const MappedFile& TorchFile::mapping() const {
  return impl_->mapping;
}
const std::string& TorchFile::state_rest() const {
  return impl_->state.rest;
}

std::vector<std::string> TorchFile::notes() const {
  const auto list = [](const std::vector<std::string>& names) {
    constexpr std::size_t kShown = 8;
    std::string out;
    for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) out += (i == 0 ? "" : ", ") + json_shown(names[i]);
    return names.size() > kShown ? out + " and " + std::to_string(names.size() - kShown) + " more" : out;
  };
  std::vector<std::string> out;
  const TorchState& state = impl_->state;
  if (!state.name.empty()) {
    out.push_back(path() + ": the state dict " + json_shown(state.name) + " is taken" +
                  (state.beside.empty() ? "" : "; beside it: " + list(state.beside)));
  }
  if (!impl_->passed_over.empty()) {
    out.push_back(path() + ": passed over, for it is no tensor: " + list(impl_->passed_over));
  }
  return out;
}

Status TorchFile::verify() const {
  for (const ZipEntry& entry : impl_->entries) {
    std::uint32_t sum = 0;
    impl_->mapping.scan(entry.data, [&sum](std::span<const std::byte> piece) { sum = crc32(piece, sum); });
    Status right = check_crc(entry, sum, impl_->path);
    if (Status s = impl_->mapping.unchanged(); !s) return s;
    if (!right) return right;
  }
  return impl_->mapping.unchanged();
}

}  // namespace trm
