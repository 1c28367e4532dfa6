#include "tasks/puzzles/npy_header.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include "tasks/base/words.h"

namespace trm::tasks {
namespace {

/// numpy itself refuses longer headers unless it is told to trust them.
constexpr std::size_t kMaxHeaderBytes = 10'000;
constexpr std::size_t kMinHeaderBytes = 2;
constexpr std::size_t kMaxDimensions = 32;
constexpr const char* kSaveAgain = "save it again with numpy.save";

Error bad_header(const std::string& file, std::string field, std::string message, std::string fix = kSaveAgain) {
  return Error{ErrorCode::bad_input, file, std::move(field), std::move(message), std::move(fix)};
}

/// The few Python literals that a header is made of. A call that fails leaves the text as it was.
class Literals {
 public:
  explicit Literals(std::string_view text) : rest_(text) {}

  bool take(char c) {
    skip_blanks();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take_word(std::string_view word) {
    skip_blanks();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  std::optional<std::string_view> string() {
    skip_blanks();
    if (rest_.empty() || (rest_[0] != '\'' && rest_[0] != '"')) return std::nullopt;
    const std::size_t stop = rest_.find(rest_[0], 1);
    if (stop == std::string_view::npos) return std::nullopt;
    const std::string_view out = rest_.substr(1, stop - 1);
    rest_.remove_prefix(stop + 1);
    return out;
  }
  /// Decimal digits; nullopt also where they do not fit.
  std::optional<std::size_t> number() {
    skip_blanks();
    std::size_t out = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), out);
    if (error != std::errc{}) return std::nullopt;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return out;
  }
  [[nodiscard]] std::string_view rest() {
    skip_blanks();
    return rest_;
  }

 private:
  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size())); }
  std::string_view rest_;
};

/// "<i4": byte order, kind, bytes.
Status read_descr(std::string_view descr, const std::string& file, NpyHeader& header) {
  const std::string shown = in_quotes(descr);
  constexpr const char* fix = "save it as uint8 or int32";
  if (descr.find('O') != std::string_view::npos) return bad_header(file, "descr", shown + " holds Python objects", fix);
  if (descr.starts_with('>'))
    return bad_header(file, "descr", shown + " is big-endian", "save it as little-endian int32");
  const bool sized = descr.size() == 3 && (descr[2] == '1' || descr[2] == '2' || descr[2] == '4' || descr[2] == '8');
  // One byte has no order, which numpy writes as '|'.
  if (!sized || !(descr[0] == '<' || (descr[0] == '|' && descr[2] == '1')))
    return bad_header(file, "descr", shown + " is not a whole number of 1, 2, 4 or 8 bytes", fix);
  header.value_bytes = static_cast<std::size_t>(descr[2] - '0');
  if (descr[1] == 'i') {
    header.kind = NpyKind::signed_integer;
  } else if (descr[1] == 'u') {
    header.kind = NpyKind::unsigned_integer;
  } else if (descr[1] == 'b' && header.value_bytes == 1) {
    header.kind = NpyKind::boolean;
  } else {
    return bad_header(file, "descr", shown + " is not a whole number of 1, 2, 4 or 8 bytes", fix);
  }
  return {};
}

/// "(2, 3)", "(2,)", "()".
Status read_shape(Literals& text, const std::string& file, NpyHeader& header) {
  if (!text.take('(')) return bad_header(file, "shape", "is not a tuple");
  while (!text.take(')')) {
    const std::optional<std::size_t> size = text.number();
    if (!size) return bad_header(file, "shape", "has a size that is not a natural number of 64 bits");
    header.shape.push_back(*size);
    if (header.shape.size() > kMaxDimensions)
      return bad_header(file, "shape", "has more than " + std::to_string(kMaxDimensions) + " dimensions");
    if (text.take(',')) continue;
    if (!text.take(')') || header.shape.size() == 1) return bad_header(file, "shape", "is not a tuple");
    break;
  }
  return {};
}

Status count_values(const std::string& file, NpyHeader& header) {
  // Signed, as the sizes of files are.
  std::size_t left = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max()) / header.value_bytes;
  header.values = 1;
  for (const std::size_t size : header.shape) {
    if (size > left) return bad_header(file, "shape", "has more values than a file can hold");
    header.values *= size;
    left /= std::max<std::size_t>(size, 1);
  }
  return {};
}

}  // namespace

Result<NpyLead> read_npy_lead(std::span<const std::byte> lead, const std::string& file) {
  const std::string_view text(reinterpret_cast<const char*>(lead.data()), lead.size());
  const auto byte = [&](std::size_t i) { return std::size_t{static_cast<unsigned char>(text[i])}; };
  if (!text.starts_with(kNpyMagic)) return bad_header(file, "", "is not a numpy file", "write it with numpy.save");
  if (text.size() < kNpyLeadBytes) return bad_header(file, "", "ends within its header", "copy or build it again");
  const std::size_t major = byte(6), minor = byte(7);
  if (major < 1 || major > 3 || minor != 0) {
    return bad_header(
        file, "version",
        std::to_string(major) + "." + std::to_string(minor) + " is none of 1.0, 2.0 and 3.0, which are known");
  }
  NpyLead out;
  out.header_at = major == 1 ? 10 : 12;
  out.header_bytes = byte(8) | byte(9) << 8;
  if (major > 1) out.header_bytes |= byte(10) << 16 | byte(11) << 24;
  if (out.header_bytes < kMinHeaderBytes || out.header_bytes > kMaxHeaderBytes) {
    return bad_header(file, "",
                      "has a header of " + std::to_string(out.header_bytes) + " bytes, not from " +
                          std::to_string(kMinHeaderBytes) + " to " + std::to_string(kMaxHeaderBytes));
  }
  return out;
}

Result<NpyHeader> read_npy_header(std::string_view text, const std::string& file) {
  if (!text.ends_with('\n')) return bad_header(file, "", "has a header that does not end with a line break");
  text.remove_suffix(1);
  Literals literals(text);
  NpyHeader header;
  std::optional<std::string_view> descr;
  bool has_order = false, has_shape = false;
  if (!literals.take('{')) return bad_header(file, "", "has a header that is not a Python dictionary");
  while (!literals.take('}')) {
    const std::optional<std::string_view> key = literals.string();
    if (!key || !literals.take(':')) {
      return bad_header(file, "", "has a header that is not a Python dictionary at " + in_quotes(literals.rest()));
    }
    if (*key == "descr" && !descr) {
      if (literals.rest().starts_with('['))
        return bad_header(file, "descr", "is a structure", "save an array of numbers");
      descr = literals.string();
      if (!descr) return bad_header(file, "descr", "is not a string");
      if (Status status = read_descr(*descr, file, header); !status) return status.error();
    } else if (*key == "fortran_order" && !std::exchange(has_order, true)) {
      if (literals.take_word("True")) {
        return bad_header(file, "fortran_order", "is True: the columns come one after another",
                          "save numpy.ascontiguousarray of it");
      }
      if (!literals.take_word("False")) return bad_header(file, "fortran_order", "is neither True nor False");
    } else if (*key == "shape" && !std::exchange(has_shape, true)) {
      if (Status status = read_shape(literals, file, header); !status) return status.error();
    } else {
      return bad_header(file, in_quotes(*key), "is an unknown or repeated field of the header");
    }
    if (literals.take(',')) continue;
    if (literals.take('}')) break;
    return bad_header(file, "", "has a header that is not a Python dictionary at " + in_quotes(literals.rest()));
  }
  if (!literals.rest().empty()) return bad_header(file, "", "has more in its header than a dictionary");
  if (!descr) return bad_header(file, "descr", "is missing");
  if (!has_order) return bad_header(file, "fortran_order", "is missing");
  if (!has_shape) return bad_header(file, "shape", "is missing");
  if (Status status = count_values(file, header); !status) return status.error();
  return header;
}

std::string write_npy_header(std::string_view descr, std::span<const std::size_t> shape) {
  std::string text = "{'descr': '" + std::string(descr) + "', 'fortran_order': False, 'shape': (";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  text += shape.size() == 1 ? ",), }" : "), }";
  constexpr std::size_t lead = 10, alignment = 64;
  const std::size_t total = (lead + text.size() + 1 + alignment - 1) / alignment * alignment;
  text.resize(total - lead - 1, ' ');
  text += '\n';
  std::string out(kNpyMagic);
  out += {'\1', '\0', static_cast<char>(text.size() & 255), static_cast<char>(text.size() >> 8)};
  return out + text;
}

}  // namespace trm::tasks
