#include "engine/format/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <functional>
#include <mutex>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "engine/base/utf8.h"
#include "engine/format/file_image.h"
#include "engine/format/safetensors_header.h"
#include "engine/format/xxh64.h"
#include "engine/json/strict_json.h"
#include "engine/sys/files.h"
#include "engine/sys/foreign.h"
#include "engine/sys/memory.h"

namespace trm {

static_assert(std::endian::native == std::endian::little, "the format stores little-endian values, mapped as they are");

namespace {

constexpr std::size_t kPrefix = 8;
constexpr std::size_t kMaxHeader = 100'000'000;
constexpr const char* kFetchAgain = "fetch or write the file again";
constexpr const char* kDamaged = "is damaged: it does not have its checksum";
constexpr const char* kOtherCopy =
    "fetch the file again; if another program changed it on purpose, remove __metadata__.checksum";
constexpr const char* kChecksum = "checksum";
constexpr std::string_view kAlgorithm = "xxh64 ";
constexpr std::size_t kDigits = 16;  // of a checksum
constexpr std::string_view kNoChecksum = "0000000000000000";

Error bad(const std::string& file, std::string field, std::string message, std::string fix = kFetchAgain) {
  return Error{ErrorCode::bad_input, file, std::move(field), std::move(message), std::move(fix)};
}

/// What stands before the checksums in a header.
std::string checksum_field() {
  return "\"" + std::string(kChecksum) + "\":\"";
}

/// Of a header that holds this very checksum between the two parts.
std::string header_checksum(std::string_view before, std::string_view behind) {
  Xxh64 sum;
  sum.add(std::as_bytes(std::span(before)));
  sum.add(std::as_bytes(std::span(kNoChecksum)));
  sum.add(std::as_bytes(std::span(behind)));
  return sum.hex();
}

}  // namespace

struct SafetensorsFile::Impl : FileImage {
  std::vector<TensorView> tensors;
  std::unordered_map<std::string_view, std::size_t> index;
  std::map<std::string, std::string> metadata;
  std::string_view checksums;  ///< "H T T ...", as they stand in the header; empty: none

  // Copies of tensors that the file does not align to their element size.
  struct Copy {
    std::vector<std::uint64_t> data;
    TensorView view;
  };
  mutable std::mutex copying;
  mutable std::map<const TensorView*, std::unique_ptr<const Copy>> copies;

  Status fill();
  Status take_checksums(std::string_view header);
  [[nodiscard]] Status verify(std::string_view except) const;
  [[nodiscard]] Result<const TensorView*> aligned(const TensorView& tensor) const;
};

// Everything is checked against the size of the image before anything of that size is touched or allocated.
Status SafetensorsFile::Impl::fill() {
  // What is no safetensors file has no length that fits at its beginning.
  const auto no_length = [this](Error error) {
    if (std::optional<Error> foreign = foreign_error(path, image)) return *std::move(foreign);
    const std::string_view begin(reinterpret_cast<const char*>(image.data()), std::min<std::size_t>(image.size(), 64));
    if (begin.starts_with("PK\x03\x04") || begin.starts_with("\x80\x02")) {
      return bad(path, "", "is a checkpoint of torch.save, not safetensors", "make a model of it with trm convert");
    }
    const std::size_t first = begin.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos && (begin[first] == '{' || begin[first] == '[')) {
      return bad(path, "", "is JSON, not a file of tensors", "give a checkpoint of torch.save, or safetensors");
    }
    return error;
  };
  if (image.empty()) return bad(path, "", "is empty");
  if (image.size() < kPrefix) {
    return no_length(bad(path, "header length", "needs 8 bytes, the file has " + std::to_string(image.size())));
  }
  std::uint64_t length = 0;
  std::memcpy(&length, image.data(), kPrefix);
  if (length > kMaxHeader) {
    return no_length(bad(path, "header length",
                         std::to_string(length) + " exceeds the limit of " + std::to_string(kMaxHeader),
                         "check that this is a safetensors file"));
  }
  if (length > image.size() - kPrefix) {
    return no_length(
        bad(path, "header length",
            std::to_string(length) + " exceeds the " + std::to_string(image.size() - kPrefix) + " bytes that follow"));
  }
  const std::string_view text(reinterpret_cast<const char*>(image.data()) + kPrefix, static_cast<std::size_t>(length));
  if (!text.starts_with('{'))
    return no_length(bad(path, "header", "does not start with '{'", "check that this is a safetensors file"));
  auto header = parse_safetensors_header(text, path);
  if (!header) return std::move(header.error());
  metadata = std::move(header->metadata);

  const std::span<const std::byte> data = image.subspan(kPrefix + text.size());
  std::vector<HeaderTensor>& found = header->tensors;
  std::sort(found.begin(), found.end(), [](const HeaderTensor& a, const HeaderTensor& b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  std::size_t covered = 0;
  const HeaderTensor* previous = nullptr;
  for (const HeaderTensor& t : found) {
    const std::string range = "[" + std::to_string(t.begin) + ", " + std::to_string(t.end) + "]";
    const std::string field = t.name + ".data_offsets";
    if (t.end < t.begin) return bad(path, field, range + " ends before it begins");
    if (t.end > data.size()) {
      return bad(path, field, range + " exceeds the " + std::to_string(data.size()) + " bytes of data");
    }
    const auto bytes = tensor_bytes(t.dtype, t.shape);
    if (!bytes) return bad(path, t.name + ".shape", "the number of bytes overflows");
    if (*bytes != t.end - t.begin) {
      return bad(
          path, field,
          range + " has " + std::to_string(t.end - t.begin) + " bytes, shape and dtype need " + std::to_string(*bytes));
    }
    if (t.begin < covered) return bad(path, field, range + " overlaps " + previous->name);
    if (t.begin > covered) {
      return bad(path, field, range + " leaves a hole of " + std::to_string(t.begin - covered) + " bytes before it");
    }
    covered = t.end;
    previous = &t;
  }
  if (covered != data.size()) {
    return bad(path, "", "has " + std::to_string(data.size() - covered) + " bytes after the last tensor");
  }

  tensors.reserve(found.size());
  for (HeaderTensor& t : found) {
    tensors.push_back({std::move(t.name), t.dtype, std::move(t.shape), data.subspan(t.begin, t.end - t.begin)});
  }
  for (std::size_t i = 0; i < tensors.size(); ++i) index.emplace(tensors[i].name, i);
  return take_checksums(text);
}

// The header's is compared at once, and those of the tensors by verify(). Somebody else's "checksum" stays what it is:
// metadata. So does ours in a header that another program laid out anew, which no damage does.
Status SafetensorsFile::Impl::take_checksums(std::string_view header) {
  const auto found = metadata.find(kChecksum);
  if (found == metadata.end() || !found->second.starts_with(kAlgorithm)) return {};
  // In the header's own text, since the first of them is of that text. Inside other strings quotes are escaped.
  const std::size_t at = header.find(checksum_field() + std::string(kAlgorithm));
  if (at == std::string_view::npos) return {};
  const std::size_t begin = at + checksum_field().size() + kAlgorithm.size();
  const std::size_t length = (tensors.size() + 1) * (kDigits + 1) - 1;
  const bool complete = found->second.size() == kAlgorithm.size() + length && header.size() >= begin + length;
  const std::string_view text = complete ? header.substr(begin, length) : "";
  if (!complete ||
      header_checksum(header.substr(0, begin), header.substr(begin + kDigits)) != text.substr(0, kDigits)) {
    return bad(path, "header", kDamaged, kOtherCopy);
  }
  checksums = text;
  metadata.erase(found);
  return {};
}

Status SafetensorsFile::Impl::verify(std::string_view except) const {
  for (std::size_t i = 0; i < tensors.size() && !checksums.empty(); ++i) {
    if (tensors[i].name == except) continue;
    Xxh64 sum;
    mapping.scan(tensors[i].data, [&sum](std::span<const std::byte> piece) { sum.add(piece); });
    if (sum.hex() == checksums.substr((i + 1) * (kDigits + 1), kDigits)) continue;
    if (Status s = mapping.unchanged(); !s) return s;
    return bad(path, tensors[i].name, kDamaged, kOtherCopy);
  }
  return mapping.unchanged();
}

Result<const TensorView*> SafetensorsFile::Impl::aligned(const TensorView& tensor) const {
  if (reinterpret_cast<std::uintptr_t>(tensor.data.data()) % dtype_size(tensor.dtype) == 0) return &tensor;
  const std::lock_guard lock(copying);
  std::unique_ptr<const Copy>& kept = copies[&tensor];
  if (kept == nullptr) {
    if (Status s = check_memory(tensor.data.size(), path, tensor.name); !s) return std::move(s.error());
    auto copy = std::make_unique<Copy>();
    copy->data.resize((tensor.data.size() + 7) / 8);
    std::memcpy(copy->data.data(), tensor.data.data(), tensor.data.size());
    copy->view = tensor;
    copy->view.data = std::as_bytes(std::span(copy->data)).first(tensor.data.size());
    kept = std::move(copy);
  }
  return &kept->view;
}

Result<SafetensorsFile> SafetensorsFile::of(Result<std::shared_ptr<const Impl>> impl) {
  if (!impl) return std::move(impl.error());
  SafetensorsFile file;
  file.impl_ = std::move(*impl);
  return file;
}

Result<SafetensorsFile> SafetensorsFile::open(const std::string& path) {
  return of(read_file<Impl>(path));
}

Result<SafetensorsFile> SafetensorsFile::parse(std::span<const std::byte> image, const std::string& name) {
  return of(read_image<Impl>({name, image, {}}));
}

const std::vector<TensorView>& SafetensorsFile::tensors() const {
  return impl_->tensors;
}
const std::map<std::string, std::string>& SafetensorsFile::metadata() const {
  return impl_->metadata;
}
const std::string& SafetensorsFile::path() const {
  return impl_->path;
}

const MappedFile& SafetensorsFile::mapping() const {
  return impl_->mapping;
}

Result<const TensorView*> SafetensorsFile::aligned(const TensorView& tensor) const {
  return impl_->aligned(tensor);
}
Status SafetensorsFile::verify(std::string_view except) const {
  return impl_->verify(except);
}
Status SafetensorsFile::unchanged() const {
  return impl_->mapping.unchanged();
}

const TensorView* SafetensorsFile::find(std::string_view name) const {
  const auto it = impl_->index.find(name);
  return it == impl_->index.end() ? nullptr : &impl_->tensors[it->second];
}

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20;

// The bytes of a tensor from `offset` on, as many as there are at once; `buffer` holds those of a reader.
Result<std::span<const std::byte>> next_piece(const TensorRef& t, std::size_t offset, std::vector<std::byte>& buffer) {
  const std::size_t left = *tensor_bytes(t.dtype, t.shape) - offset;
  if (!t.read) return std::span(static_cast<const std::byte*>(t.data), left + offset).subspan(offset);
  buffer.resize(std::min(left, kPiece));
  if (Status s = t.read(offset, buffer); !s) return std::move(s.error());
  return std::span<const std::byte>(buffer);
}

Result<std::string> tensor_checksum(const TensorRef& t, std::vector<std::byte>& buffer) {
  Xxh64 sum;
  const std::size_t bytes = *tensor_bytes(t.dtype, t.shape);
  for (std::size_t done = 0; done < bytes;) {
    const Result<std::span<const std::byte>> piece = next_piece(t, done, buffer);
    if (!piece) return piece.error();
    sum.add(*piece);
    done += piece->size();
  }
  return sum.hex();
}

// The file in pieces: length and header, then each tensor in the order of the header.
class ImageSource {
 public:
  ImageSource(std::string_view header, std::span<const TensorRef* const> order)
      : order_(order), length_(header.size()) {
    heads_ = {std::as_bytes(std::span(&length_, 1)), std::as_bytes(std::span(header))};
  }

  Result<std::span<const std::byte>> operator()() {
    if (head_ < heads_.size()) return heads_[head_++];
    for (; tensor_ < order_.size(); ++tensor_, offset_ = 0) {
      const TensorRef& t = *order_[tensor_];
      if (offset_ == *tensor_bytes(t.dtype, t.shape)) continue;
      Result<std::span<const std::byte>> piece = next_piece(t, offset_, buffer_);
      if (piece) offset_ += piece->size();
      return piece;
    }
    return std::span<const std::byte>();
  }

 private:
  std::span<const TensorRef* const> order_;
  std::uint64_t length_;
  std::array<std::span<const std::byte>, 2> heads_;
  std::size_t head_ = 0, tensor_ = 0, offset_ = 0;
  std::vector<std::byte> buffer_;
};

void separate(std::string& list) {
  if (!list.empty()) list += ',';
}

std::string metadata_json(const std::map<std::string, std::string>& metadata) {
  std::string fields;
  for (const auto& [key, value] : metadata) {
    separate(fields);
    fields += json_quoted(key) + ":" + json_quoted(value);
  }
  return "\"__metadata__\":{" + fields + "}";
}

}  // namespace

Status write_safetensors(const std::string& path, std::span<const TensorRef> tensors,
                         const std::map<std::string, std::string>& metadata, Checksums checksums) {
  const auto wrong = [&path](const std::string& field, std::string message, const char* fix) {
    return Error{ErrorCode::usage, path, field, std::move(message), fix};
  };
  // Widest elements first keeps every tensor aligned; equal widths keep the caller's order.
  std::vector<const TensorRef*> order;
  for (const TensorRef& t : tensors) order.push_back(&t);
  std::stable_sort(order.begin(), order.end(),
                   [](const TensorRef* a, const TensorRef* b) { return dtype_size(a->dtype) > dtype_size(b->dtype); });

  for (const auto& [key, value] : metadata) {
    if (!valid_utf8(key) || !valid_utf8(value)) return wrong("__metadata__", "is not UTF-8", "give it as UTF-8");
  }
  std::map<std::string_view, bool> names;
  std::size_t offset = 0;
  std::string fields;
  for (const TensorRef* t : order) {
    if (t->name.empty()) return wrong("tensor", "has an empty name", "name it");
    if (!valid_utf8(t->name)) return wrong("tensor", "has a name that is not UTF-8", "give it as UTF-8");
    if (t->name == "__metadata__") return wrong(t->name, "is a reserved name", "rename the tensor");
    if (!names.emplace(t->name, true).second) return wrong(t->name, "is given twice", "rename one of the two");
    const auto bytes = tensor_bytes(t->dtype, t->shape);
    if (!bytes || offset > SIZE_MAX - *bytes) return wrong(t->name, "the number of bytes overflows", "check its shape");
    if (t->data == nullptr && !t->read && *bytes != 0) return wrong(t->name, "has no data", "point it to its values");
    std::string shape;
    for (const std::size_t n : t->shape) {
      separate(shape);
      shape += std::to_string(n);
    }
    fields += "," + json_quoted(t->name) + ":{\"dtype\":\"" + std::string(dtype_name(t->dtype)) + "\",\"shape\":[" +
              shape + "],\"data_offsets\":[" + std::to_string(offset) + "," + std::to_string(offset + *bytes) + "]}";
    offset += *bytes;
  }

  std::map<std::string, std::string> all = metadata;
  if (checksums == Checksums::written) {
    std::string& sums = all[kChecksum] = std::string(kAlgorithm) + std::string(kNoChecksum);
    std::vector<std::byte> buffer;
    for (const TensorRef* t : order) {
      const Result<std::string> sum = tensor_checksum(*t, buffer);
      if (!sum) return sum.error();
      sums += " " + *sum;
    }
  }
  if (!all.empty()) fields = "," + metadata_json(all) + fields;
  std::string header = "{" + fields.substr(fields.empty() ? 0 : 1) + "}";
  // Spaces after the header are part of the format; the data then starts on a cache line.
  while ((kPrefix + header.size()) % 64 != 0) header += ' ';
  if (header.size() > kMaxHeader) return wrong("header", "is longer than the format allows", "write fewer tensors");
  if (checksums == Checksums::written) {
    const std::size_t own = header.find(checksum_field()) + checksum_field().size() + kAlgorithm.size();
    const std::string_view text = header;
    header.replace(own, kDigits, header_checksum(text.substr(0, own), text.substr(own + kDigits)));
  }
  ImageSource source(header, order);
  return write_atomic(path, std::ref(source));
}

}  // namespace trm
