#include "engine/sys/foreign.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <optional>
#include <set>

#include "engine/base/utf8.h"
#include "engine/sys/files.h"

namespace trm {
namespace {

using namespace std::string_view_literals;

constexpr const char* kGiveWeights = "give a checkpoint of torch.save, or safetensors";

struct Magic {
  std::size_t at;
  std::string_view bytes;
  const char* what;
  const char* fix;
};
constexpr Magic kMagics[] = {
    {0, "GGML"sv, "is a GGML file", kGiveWeights},
    {0, "lmgg"sv, "is a GGML file", kGiveWeights},
    {0, "tjgg"sv, "is a GGML file", kGiveWeights},
    {0, "fmgg"sv, "is a GGML file", kGiveWeights},
    {0, "algg"sv, "is a GGML file", kGiveWeights},
    {0, "\x1F\x8B"sv, "is compressed by gzip", "unpack it first, with gunzip"},
    {0, "\x28\xB5\x2F\xFD"sv, "is compressed by zstd", "unpack it first, with unzstd"},
    {0, "\xFD\x37zXZ\0"sv, "is compressed by xz", "unpack it first, with unxz"},
    {0, "BZh"sv, "is compressed by bzip2", "unpack it first, with bunzip2"},
    {0, "\x04\x22\x4D\x18"sv, "is compressed by lz4", "unpack it first, with unlz4"},
    {0, "7z\xBC\xAF\x27\x1C"sv, "is a 7-zip archive", "unpack it first, and give the file inside"},
    {0, "Rar!\x1A\x07"sv, "is a RAR archive", "unpack it first, and give the file inside"},
    {257, "ustar"sv, "is a tar archive", "unpack it first, with tar -xf, and give the file inside"},
    {0, "\x93NUMPY"sv, "is a numpy array (.npy)", "give a file of the kind that is asked for here"},
    {0, "\x89HDF\r\n\x1A\n"sv, "is an HDF5 file", kGiveWeights},
    {0, "\x89PNG\r\n\x1A\n"sv, "is a PNG picture", "give the file itself, not a picture of it"},
    {0, "\xFF\xD8\xFF"sv, "is a JPEG picture", "give the file itself, not a picture of it"},
    {0, "GIF8"sv, "is a GIF picture", "give the file itself, not a picture of it"},
    {0, "%PDF-"sv, "is a PDF document", "give the file itself, not a document about it"},
    {0,
     "\x7F"
     "ELF"sv,
     "is a program (ELF)", "give a file of data"},
    {0, "PAR1"sv, "is a Parquet file", "export it as CSV or JSON"},
    {0, "SQLite format 3\0"sv, "is an SQLite database", "export it as CSV or JSON"},
    {4, "TFL3"sv, "is a TensorFlow Lite model", kGiveWeights},
    {0, "\xFF\xFE"sv, "is text in UTF-16", "save it as UTF-8"},
    {0, "\xFE\xFF"sv, "is text in UTF-16", "save it as UTF-8"},
};

// What servers answer in place of a file.
constexpr std::array<std::string_view, 8> kAnswers{"entry not found",
                                                   "invalid username or password",
                                                   "repository not found",
                                                   "404: not found",
                                                   "not found",
                                                   "access denied",
                                                   "unauthorized",
                                                   "access to model"};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

/// As far as anyone writes blanks before a text: a large file is not read for them.
std::size_t leading_blanks(std::string_view text) {
  const std::string_view head = text.substr(0, 4096);
  return std::min(head.find_first_not_of(" \t\r\n"), head.size());
}

/// "1,822,205,258".
std::string grouped(std::string_view digits) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::optional<ForeignFile> lfs_pointer(std::string_view text) {
  if (!text.starts_with("version https://git-lfs.") && !text.starts_with("version https://hawser.")) {
    return std::nullopt;
  }
  std::string bytes;
  text = text.substr(0, 4096);
  if (const std::size_t at = text.find("\nsize "); at != std::string_view::npos) {
    const std::string_view rest = text.substr(at + 6);
    const std::size_t stop = std::min(rest.find_first_not_of("0123456789"), rest.size());
    if (stop != 0 && stop <= 20) bytes = " to " + grouped(rest.substr(0, stop)) + " bytes";
  }
  return ForeignFile{"is a Git LFS pointer" + bytes + ", not the file itself", "git lfs pull"};
}

std::optional<ForeignFile> page(std::string_view text) {
  constexpr std::size_t kEnough = 512;
  text.remove_prefix(leading_blanks(text));
  const std::string begin = lower(text.substr(0, kEnough));
  for (const char* tag : {"<!doctype html", "<html", "<head>", "<body", "<script"}) {
    if (begin.starts_with(tag)) {
      return ForeignFile{"is a web page (HTML)", "download the file itself: this is a page about it, or a sign-in"};
    }
  }
  if (begin.starts_with("<?xml")) return ForeignFile{"is an XML document", "download the file itself"};
  // A short text, all of it: a longer one that begins so may be anything.
  if (text.size() > kEnough) return std::nullopt;
  for (const std::string_view answer : kAnswers) {
    if (!begin.starts_with(answer)) continue;
    const std::string_view line = text.substr(0, std::min(text.find_first_of("\r\n"), std::size_t{60}));
    return ForeignFile{"is a server's answer, \"" + std::string(line) + "\", not the file",
                       "check the address, sign in if it asks for that, and download it again"};
  }
  return std::nullopt;
}

/// The JSON that lists which tensor is in which of several files.
std::optional<ForeignFile> shard_index(std::string_view text) {
  constexpr std::size_t kLargest = std::size_t{16} << 20;  // what is larger is not looked through
  text.remove_prefix(leading_blanks(text));
  if (!text.starts_with('{') || text.size() > kLargest) return std::nullopt;
  const std::size_t map = text.find("\"weight_map\"");
  if (map == std::string_view::npos) return std::nullopt;
  std::set<std::string> shards;
  for (std::size_t at = text.find('"', map); at != std::string_view::npos;) {
    const std::size_t stop = text.find('"', at + 1);
    if (stop == std::string_view::npos) break;
    const std::string_view word = text.substr(at + 1, stop - at - 1);
    if (word.ends_with(".safetensors") || word.ends_with(".bin") || word.ends_with(".pt")) shards.emplace(word);
    at = text.find('"', stop + 1);
  }
  constexpr std::size_t kShown = 3;
  std::string names;
  std::size_t shown = 0;
  for (const std::string& shard : shards) {
    if (shown++ == kShown) break;
    names += (names.empty() ? ": " : ", ") + shard;
  }
  if (shards.size() > kShown) names += " and " + std::to_string(shards.size() - kShown) + " more";
  if (shards.size() == 1) {
    return ForeignFile{"is the index of a checkpoint in one file" + names, "give that file"};
  }
  return ForeignFile{"is the index of a checkpoint in " + std::to_string(shards.size()) + " files" + names,
                     "save the checkpoint as one file: parts are not read"};
}

std::uint32_t word_at(std::string_view text, std::size_t at) {
  std::uint32_t out = 0;
  for (std::size_t i = 4; i-- > 0;) out = out << 8 | static_cast<unsigned char>(text[at + i]);
  return out;
}

/// Takes a variable-length number of a protocol buffer from the front. nullopt: there is none.
std::optional<std::uint64_t> take_varint(std::string_view& text) {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(text.size(), 10); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    out |= static_cast<std::uint64_t>(byte & 0x7F) << (7 * i);
    if ((byte & 0x80) != 0) continue;
    text.remove_prefix(i + 1);
    return out;
  }
  return std::nullopt;
}

/// The fields of ONNX's ModelProto and their wire types: numbers (0), or texts and messages (2).
enum class ModelField : std::uint8_t { number, text, message, none };
ModelField model_field(std::uint64_t tag) {
  if ((tag & 7) == 0) return tag >> 3 == 1 || tag >> 3 == 5 ? ModelField::number : ModelField::none;
  if ((tag & 7) != 2) return ModelField::none;
  switch (tag >> 3) {
    case 2:  // producer_name, producer_version, domain, doc_string
    case 3:
    case 4:
    case 6:
      return ModelField::text;
    case 7:  // graph, opset_import, metadata_props, training_info, functions, configuration
    case 8:
    case 14:
    case 20:
    case 25:
    case 26:
      return ModelField::message;
    default:
      return ModelField::none;
  }
}

/// A protocol buffer that begins as ONNX's ModelProto: ir_version (field 1, a small number) first, as all writers do,
/// then other fields of it, one at least, as far as the text goes. A message begins with the tag of a field, which is
/// not 0: so no safetensors file, whose length ends in zeros, looks like this.
bool is_onnx(std::string_view text) {
  constexpr std::uint64_t kNewest = 32;
  constexpr std::string_view kVersionTag = "\x08";
  if (!text.starts_with(kVersionTag)) return false;
  text.remove_prefix(kVersionTag.size());
  const std::optional<std::uint64_t> version = take_varint(text);
  if (!version || *version == 0 || *version > kNewest) return false;
  constexpr std::size_t kEnough = 8;
  for (std::size_t fields = 0;; ++fields) {
    if (text.empty() || fields == kEnough) return fields > 0;
    const std::optional<std::uint64_t> tag = take_varint(text);
    const ModelField kind = tag ? model_field(*tag) : ModelField::none;
    const std::optional<std::uint64_t> value = kind == ModelField::none ? std::nullopt : take_varint(text);
    if (!value) return false;
    if (kind == ModelField::number) continue;
    const std::string_view content = text.substr(0, std::min<std::uint64_t>(*value, text.size()));
    if (kind == ModelField::text && content.find('\0') != std::string_view::npos) return false;
    if (kind == ModelField::message && (*value == 0 || content.starts_with('\0'))) return false;
    text.remove_prefix(content.size());
  }
}

}  // namespace

std::optional<ForeignFile> what_file_is(std::string_view text) {
  if (text.empty()) return ForeignFile{"is empty", "fetch or write the file again"};
  if (text.starts_with("GGUF") && text.size() >= 8 && word_at(text, 4) != 0 && word_at(text, 4) < 256) {
    return ForeignFile{"is a GGUF file", kGiveWeights};
  }
  for (const Magic& magic : kMagics) {
    if (text.size() >= magic.at + magic.bytes.size() && text.substr(magic.at, magic.bytes.size()) == magic.bytes) {
      return ForeignFile{magic.what, magic.fix};
    }
  }
  if (text.starts_with("PK\x03\x04") && text.size() > 30) {
    const std::size_t length = word_at(text, 26) & 0xFFFF;
    const std::string_view name = text.substr(30, length);
    if (name.ends_with(".npy")) return ForeignFile{"is an archive of numpy arrays (.npz)", kGiveWeights};
  }
  // torch.save writes protocol 2; an ordinary pickle of today has 4 or 5.
  if (text.starts_with("\x80") && text.size() > 2 && text[1] >= 3 && text[1] <= 5) {
    return ForeignFile{"is a pickle of Python (protocol " + std::to_string(text[1]) + ")",
                       "save a state dict with torch.save; never load this file with an unpickler unless you trust it"};
  }
  if (is_onnx(text)) return ForeignFile{"is an ONNX model", kGiveWeights};
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (auto pointer = lfs_pointer(text)) return pointer;
  if (auto index = shard_index(text)) return index;
  return page(text);
}

std::optional<ForeignFile> what_file_is(std::span<const std::byte> bytes) {
  return what_file_is(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

std::optional<Error> foreign_error(const std::string& file, std::string_view text) {
  const std::optional<ForeignFile> found = what_file_is(text);
  if (!found) return std::nullopt;
  return Error{ErrorCode::bad_input, file, "", found->what, found->fix};
}

std::optional<Error> foreign_error(const std::string& file, std::span<const std::byte> bytes) {
  return foreign_error(file, std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace trm
