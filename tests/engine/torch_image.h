// Builds what the readers of torch.save files are tested with: opcodes of pickles, zip archives, state dicts.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "engine/import/crc32.h"

namespace trm::test {

/// The bytes of a number as the machine stores it (little-endian).
template <class T>
std::string le(T value) {
  std::string out(sizeof(T), '\0');
  std::memcpy(out.data(), &value, sizeof(T));
  return out;
}

/// The span of a text's bytes.
inline std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

// ---- opcodes of pickle protocol 2

inline const std::string kProto = "\x80\x02";
inline const std::string kEmptyDict = "ccollections\nOrderedDict\n)R";
inline std::string text(std::string_view word) {
  return "X" + le(static_cast<std::uint32_t>(word.size())) + std::string(word);
}
inline std::string number(std::int32_t n) {
  return "J" + le(n);
}
inline std::string numbers(const std::vector<std::int32_t>& values) {
  std::string out = "(";
  for (const std::int32_t value : values) out += number(value);
  return out + "t";
}

/// What torch.save writes of one tensor; a test changes the part that it is about.
struct TensorOpcodes {
  std::string klass = "FloatStorage", key = "0";
  std::int32_t elements = 6, first = 0;
  std::vector<std::int32_t> shape{2, 3}, strides{3, 1};
  std::string hooks = kEmptyDict, more;

  [[nodiscard]] std::string storage() const {
    return "(" + text("storage") + "ctorch\n" + klass + "\n" + text(key) + text("cpu") + number(elements) + "tQ";
  }
  [[nodiscard]] std::string arguments() const {
    return "(" + storage() + number(first) + numbers(shape) + numbers(strides) + "\x89" + hooks + more + "t";
  }
  [[nodiscard]] std::string tensor() const { return "ctorch._utils\n_rebuild_tensor_v2\n" + arguments() + "R"; }
};

/// The pickle of a state dict from opcodes of names and tensors, one after another.
inline std::string state_dict(const std::string& items) {
  return kProto + kEmptyDict + "(" + items + "u.";
}
inline std::string state_dict(const TensorOpcodes& tensor) {
  return state_dict(text("w") + tensor.tensor());
}

// ---- zip archives

struct ZipPart {
  std::string name, data;
  // What the headers say, if not the truth.
  std::uint16_t flags = 0, method = 0;
  std::uint32_t crc = 0;
  std::uint32_t packed = 0, size = 0, local = 0;
  std::string local_name, extra;

  ZipPart(std::string n, std::string d) : name(std::move(n)), data(std::move(d)) {
    crc = crc32(bytes_of(data));
    packed = size = static_cast<std::uint32_t>(data.size());
    local_name = name;
  }
};

/// The end of an archive, in parts that a test may change.
struct ZipEnd {
  std::uint16_t disk = 0, start_disk = 0;
  std::int32_t more_entries = 0, more_size = 0, more_offset = 0;
  bool zip64 = false;
  std::string comment, behind_directory;
};

/// Local headers and data of the parts, their directory and its end. `change` may alter what the directory says of a
/// part once its place is known.
template <class Change>
std::string zip_image(std::vector<ZipPart> parts, const ZipEnd& end, Change change) {
  std::string out;
  for (ZipPart& p : parts) {
    p.local = static_cast<std::uint32_t>(out.size());
    out += "PK\x03\x04" + le<std::uint16_t>(20) + le(p.flags) + le(p.method) + le<std::uint32_t>(0) + le(p.crc) +
           le(p.packed) + le(p.size) + le(static_cast<std::uint16_t>(p.local_name.size())) + le<std::uint16_t>(0) +
           p.local_name + p.data;
  }
  const std::size_t begin = out.size();
  for (ZipPart& p : parts) {
    change(p);
    out += "PK\x01\x02" + le<std::uint16_t>(20) + le<std::uint16_t>(20) + le(p.flags) + le(p.method) +
           le<std::uint32_t>(0) + le(p.crc) + le(p.packed) + le(p.size) +
           le(static_cast<std::uint16_t>(p.name.size())) + le(static_cast<std::uint16_t>(p.extra.size())) +
           le<std::uint16_t>(0) + le<std::uint16_t>(0) + le<std::uint16_t>(0) + le<std::uint32_t>(0) + le(p.local) +
           p.name + p.extra;
  }
  out += end.behind_directory;
  const auto entries = static_cast<std::int64_t>(parts.size()) + end.more_entries;
  const auto size = static_cast<std::int64_t>(out.size() - begin) + end.more_size;
  const auto offset = static_cast<std::int64_t>(begin) + end.more_offset;
  const std::size_t end64 = out.size();
  if (end.zip64) {
    out += "PK\x06\x06" + le<std::uint64_t>(44) + le<std::uint16_t>(20) + le<std::uint16_t>(20) + le<std::uint32_t>(0) +
           le<std::uint32_t>(0) + le(entries) + le(entries) + le(size) + le(offset);
    out += "PK\x06\x07" + le<std::uint32_t>(0) + le<std::uint64_t>(end64) + le<std::uint32_t>(1);
  }
  const std::string count = end.zip64 ? "\xFF\xFF" : le(static_cast<std::uint16_t>(entries));
  const std::string wide = "\xFF\xFF\xFF\xFF";
  out += "PK\x05\x06" + le(end.disk) + le(end.start_disk) + count + count +
         (end.zip64 ? wide : le(static_cast<std::uint32_t>(size))) +
         (end.zip64 ? wide : le(static_cast<std::uint32_t>(offset))) +
         le(static_cast<std::uint16_t>(end.comment.size())) + end.comment;
  return out;
}
inline std::string zip_image(std::vector<ZipPart> parts, const ZipEnd& end = {}) {
  return zip_image(std::move(parts), end, [](ZipPart&) {});
}

/// A whole file of torch.save around a pickle and the storage "0".
inline std::string torch_zip(const std::string& pickle, const std::string& storage, std::vector<ZipPart> more = {}) {
  std::vector<ZipPart> parts{{"step/data.pkl", pickle}, {"step/data/0", storage}, {"step/version", "3\n"}};
  for (ZipPart& part : more) parts.push_back(std::move(part));
  return zip_image(std::move(parts));
}

}  // namespace trm::test
