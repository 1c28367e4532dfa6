#include "tasks/puzzles/npy.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <new>
#include <optional>
#include <system_error>
#include <utility>

#include "engine/sys/byte_reader.h"
#include "engine/sys/files.h"
#include "engine/sys/foreign.h"
#include "tasks/puzzles/npy_header.h"

namespace trm::tasks {
namespace {

static_assert(std::endian::native == std::endian::little, "values are copied as they are stored");

constexpr std::size_t kBlockBytes = std::size_t{1} << 20;

Error ends_early(const std::string& file) {
  if (errno != 0) {
    return Error{ErrorCode::io, file, "", "cannot be read: " + std::generic_category().message(errno),
                 "check the disk and the path"};
  }
  return Error{ErrorCode::bad_input, file, "", "ends within its header", "copy or build it again"};
}

/// Index of the first value beyond the limits; `count` if there is none.
template <class Stored, class T>
std::size_t convert(const std::byte* from, std::size_t count, const NpyLimits& limits, T* to) {
  for (std::size_t i = 0; i < count; ++i) {
    Stored value;
    std::memcpy(&value, from + i * sizeof(Stored), sizeof(Stored));
    if (std::cmp_less(value, limits.low) || std::cmp_greater(value, limits.high)) return i;
    to[i] = static_cast<T>(value);  // NOLINT(bugprone-signed-char-misuse): an int8 array holds numbers
  }
  return count;
}

template <class T>
using Converter = std::size_t (*)(const std::byte*, std::size_t, const NpyLimits&, T*);

template <class T>
Converter<T> converter_of(const NpyHeader& header) {
  const bool is_signed = header.kind == NpyKind::signed_integer;
  switch (header.value_bytes) {
    case 1:
      return is_signed ? convert<std::int8_t, T> : convert<std::uint8_t, T>;
    case 2:
      return is_signed ? convert<std::int16_t, T> : convert<std::uint16_t, T>;
    case 4:
      return is_signed ? convert<std::int32_t, T> : convert<std::uint32_t, T>;
    default:
      return is_signed ? convert<std::int64_t, T> : convert<std::uint64_t, T>;
  }
}

std::string shown_value(const NpyHeader& header, const std::byte* at) {
  if (header.kind != NpyKind::signed_integer) {
    std::uint64_t value = 0;
    std::memcpy(&value, at, header.value_bytes);
    return std::to_string(value);
  }
  std::int64_t value = static_cast<signed char>(at[header.value_bytes - 1]) < 0 ? -1 : 0;
  std::memcpy(&value, at, header.value_bytes);
  return std::to_string(value);
}

std::string place_of(const NpyHeader& header, std::size_t index) {
  if (header.shape.size() == 1) return "row " + std::to_string(index);
  if (header.shape.size() != 2) return "value " + std::to_string(index);
  return "row " + std::to_string(index / header.shape[1]) + ", column " + std::to_string(index % header.shape[1]);
}

template <class T>
Result<NpyArray<T>> read_values(ByteReader& source, const NpyHeader& header, const std::string& file,
                                NpyLimits limits) {
  if (header.kind == NpyKind::boolean) limits.high = std::min<std::int64_t>(limits.high, 1);
  NpyArray<T> array;
  array.shape = header.shape;
  array.values.resize(header.values);
  const Converter<T> converted = converter_of<T>(header);
  const std::size_t block_values = kBlockBytes / header.value_bytes;
  std::vector<std::byte> block(std::min(kBlockBytes, header.values * header.value_bytes));
  for (std::size_t at = 0; at < header.values; at += block_values) {
    const std::size_t count = std::min(block_values, header.values - at);
    if (!source.fill({block.data(), count * header.value_bytes})) return ends_early(file);
    const std::size_t good = converted(block.data(), count, limits, array.values.data() + at);
    if (good == count) continue;
    return Error{ErrorCode::bad_input, file, place_of(header, at + good),
                 "is " + shown_value(header, block.data() + good * header.value_bytes) + ", not from " +
                     std::to_string(limits.low) + " to " + std::to_string(limits.high),
                 limits.fix};
  }
  return array;
}

/// What a file without the magic of numpy is, if that is known: pages and pointers come in place of arrays.
std::optional<Error> other_file(ByteReader& source, std::span<const std::byte> lead, const std::string& file) {
  constexpr std::size_t enough = 4096;
  std::vector<std::byte> head(std::min(enough, source.bytes()));
  std::copy(lead.begin(), lead.end(), head.begin());
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  if (head.empty() || text.starts_with(kNpyMagic)) return std::nullopt;
  if (!source.fill(std::span(head).subspan(lead.size()))) return std::nullopt;
  return foreign_error(file, text);
}

template <class T>
Result<NpyArray<T>> read_array(ByteReader source, const std::string& file, const NpyLimits& limits) {
  std::byte lead_bytes[kNpyLeadBytes];
  const std::span<std::byte> lead_part(lead_bytes, std::min(kNpyLeadBytes, source.bytes()));
  if (!source.fill(lead_part)) return ends_early(file);
  const Result<NpyLead> lead = read_npy_lead(lead_part, file);
  if (!lead) {
    if (std::optional<Error> other = other_file(source, lead_part, file)) return *std::move(other);
    return lead.error();
  }

  const std::size_t values_at = lead->header_at + lead->header_bytes;
  if (source.bytes() < values_at) return ends_early(file);
  // Version 1.0 has two bytes less before its text, so that some of the text is read already.
  const std::size_t read_already = kNpyLeadBytes - lead->header_at;
  std::string text(lead->header_bytes, '\0');
  std::memcpy(text.data(), lead_bytes + lead->header_at, read_already);
  if (!source.fill(std::as_writable_bytes(std::span(text).subspan(read_already)))) return ends_early(file);
  const Result<NpyHeader> header = read_npy_header(text, file);
  if (!header) return header.error();

  const std::size_t expected = header->values * header->value_bytes;
  const std::size_t present = source.bytes() - values_at;
  if (present != expected) {
    return Error{ErrorCode::bad_input, file, "",
                 "has " + std::to_string(present) + " bytes of values, its shape asks for " + std::to_string(expected),
                 present < expected ? "copy or build it again" : "remove what follows the array"};
  }
  try {
    return read_values<T>(source, *header, file, limits);
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::io, file, "", "does not fit into memory", "use a smaller set"};
  }
}

template <class T>
constexpr const char* kDescrOf = nullptr;
template <>
constexpr const char* kDescrOf<std::uint8_t> = "|u1";
template <>
constexpr const char* kDescrOf<std::int32_t> = "<i4";

}  // namespace

template <class T>
Result<NpyArray<T>> read_npy(const std::string& path, const NpyLimits& limits) {
  Result<ByteReader> source = ByteReader::open(path);
  if (!source.ok()) return source.error();
  return read_array<T>(*std::move(source), path, limits);
}

template <class T>
Result<NpyArray<T>> parse_npy(std::span<const std::byte> bytes, const std::string& file, const NpyLimits& limits) {
  return read_array<T>(ByteReader(bytes), file, limits);
}

template <class T>
Status write_npy(const std::string& path, std::span<const std::size_t> shape, std::span<const T> values) {
  const std::string header = write_npy_header(kDescrOf<T>, shape);
  const std::span<const std::byte> parts[] = {std::as_bytes(std::span(header)), std::as_bytes(values)};
  return write_atomic(path, parts);
}

template Result<NpyArray<std::uint8_t>> read_npy(const std::string&, const NpyLimits&);
template Result<NpyArray<std::int32_t>> read_npy(const std::string&, const NpyLimits&);
template Result<NpyArray<std::uint8_t>> parse_npy(std::span<const std::byte>, const std::string&, const NpyLimits&);
template Result<NpyArray<std::int32_t>> parse_npy(std::span<const std::byte>, const std::string&, const NpyLimits&);
template Status write_npy(const std::string&, std::span<const std::size_t>, std::span<const std::uint8_t>);
template Status write_npy(const std::string&, std::span<const std::size_t>, std::span<const std::int32_t>);

}  // namespace trm::tasks
