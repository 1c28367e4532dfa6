#include "engine/io/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <functional>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "engine/io/file_image.h"
#include "engine/io/files.h"
#include "engine/io/foreign.h"
#include "engine/io/safetensors_header.h"
#include "engine/io/strict_json.h"

namespace trm {

static_assert(std::endian::native == std::endian::little, "the format stores little-endian values, mapped as they are");

namespace {

constexpr std::size_t kPrefix = 8;
constexpr std::size_t kMaxHeader = 100'000'000;
constexpr const char* kFetchAgain = "fetch or write the file again";

Error bad(const std::string& file, std::string field, std::string message, std::string fix = kFetchAgain) {
  return Error{ErrorCode::bad_input, file, std::move(field), std::move(message), std::move(fix)};
}

}  // namespace

struct SafetensorsFile::Impl : FileImage {
  std::vector<TensorView> tensors;
  std::unordered_map<std::string_view, std::size_t> index;
  std::map<std::string, std::string> metadata;
  // Copies of tensors that the file does not align to their element size.
  std::vector<std::vector<std::uint64_t>> aligned;

  Status fill();
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
    std::span<const std::byte> bytes = data.subspan(t.begin, t.end - t.begin);
    if (reinterpret_cast<std::uintptr_t>(bytes.data()) % dtype_size(t.dtype) != 0) {
      std::vector<std::uint64_t>& copy = aligned.emplace_back((bytes.size() + 7) / 8);
      if (!bytes.empty()) std::memcpy(copy.data(), bytes.data(), bytes.size());
      bytes = {reinterpret_cast<const std::byte*>(copy.data()), bytes.size()};
    }
    tensors.push_back({std::move(t.name), t.dtype, std::move(t.shape), bytes});
  }
  for (std::size_t i = 0; i < tensors.size(); ++i) index.emplace(tensors[i].name, i);
  return {};
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

const TensorView* SafetensorsFile::find(std::string_view name) const {
  const auto it = impl_->index.find(name);
  return it == impl_->index.end() ? nullptr : &impl_->tensors[it->second];
}

namespace {

// The file in pieces: length and header, then each tensor in the order of the header.
class ImageSource {
 public:
  ImageSource(std::string_view header, std::span<const TensorRef* const> order)
      : order_(order), length_(header.size()) {
    heads_ = {std::as_bytes(std::span(&length_, 1)), std::as_bytes(std::span(header))};
  }

  std::span<const std::byte> operator()() {
    if (head_ < heads_.size()) return heads_[head_++];
    for (; tensor_ < order_.size(); ++tensor_, offset_ = 0) {
      const TensorRef& t = *order_[tensor_];
      const std::size_t left = *tensor_bytes(t.dtype, t.shape) - offset_;
      if (left == 0) continue;
      const std::size_t begin = offset_;
      if (!t.read) {
        offset_ += left;
        return {static_cast<const std::byte*>(t.data), left};
      }
      buffer_.resize(kPiece);
      const std::span<std::byte> piece(buffer_.data(), std::min(left, kPiece));
      t.read(begin, piece);
      offset_ += piece.size();
      return piece;
    }
    return {};
  }

 private:
  static constexpr std::size_t kPiece = std::size_t{1} << 20;
  std::span<const TensorRef* const> order_;
  std::uint64_t length_;
  std::array<std::span<const std::byte>, 2> heads_;
  std::size_t head_ = 0, tensor_ = 0, offset_ = 0;
  std::vector<std::byte> buffer_;
};

}  // namespace

Status write_safetensors(const std::string& path, std::span<const TensorRef> tensors,
                         const std::map<std::string, std::string>& metadata) {
  const auto wrong = [&path](const std::string& field, std::string message, const char* fix) {
    return Error{ErrorCode::usage, path, field, std::move(message), fix};
  };
  // Widest elements first keeps every tensor aligned; equal widths keep the caller's order.
  std::vector<const TensorRef*> order;
  for (const TensorRef& t : tensors) order.push_back(&t);
  std::stable_sort(order.begin(), order.end(),
                   [](const TensorRef* a, const TensorRef* b) { return dtype_size(a->dtype) > dtype_size(b->dtype); });

  std::string header = "{";
  const auto separate = [&header](bool first) {
    if (!first) header += ',';
  };
  if (!metadata.empty()) {
    header += "\"__metadata__\":{";
    bool first = true;
    for (const auto& [key, value] : metadata) {
      if (!valid_utf8(key) || !valid_utf8(value)) return wrong("__metadata__", "is not UTF-8", "give it as UTF-8");
      separate(std::exchange(first, false));
      header += json_quoted(key) + ":" + json_quoted(value);
    }
    header += '}';
  }
  std::map<std::string_view, bool> names;
  std::size_t offset = 0;
  for (const TensorRef* t : order) {
    if (t->name.empty()) return wrong("tensor", "has an empty name", "name it");
    if (!valid_utf8(t->name)) return wrong("tensor", "has a name that is not UTF-8", "give it as UTF-8");
    if (t->name == "__metadata__") return wrong(t->name, "is a reserved name", "rename the tensor");
    if (!names.emplace(t->name, true).second) return wrong(t->name, "is given twice", "rename one of the two");
    const auto bytes = tensor_bytes(t->dtype, t->shape);
    if (!bytes || offset > SIZE_MAX - *bytes) return wrong(t->name, "the number of bytes overflows", "check its shape");
    if (t->data == nullptr && !t->read && *bytes != 0) return wrong(t->name, "has no data", "point it to its values");
    separate(header.size() == 1);
    header += json_quoted(t->name) + ":{\"dtype\":\"" + std::string(dtype_name(t->dtype)) + "\",\"shape\":[";
    for (std::size_t i = 0; i < t->shape.size(); ++i) {
      separate(i == 0);
      header += std::to_string(t->shape[i]);
    }
    header += "],\"data_offsets\":[" + std::to_string(offset) + "," + std::to_string(offset + *bytes) + "]}";
    offset += *bytes;
  }
  header += '}';
  // Spaces after the header are part of the format; the data then starts on a cache line.
  while ((kPrefix + header.size()) % 64 != 0) header += ' ';
  if (header.size() > kMaxHeader) return wrong("header", "is longer than the format allows", "write fewer tensors");
  ImageSource source(header, order);
  return write_atomic(path, std::ref(source));
}

}  // namespace trm
