#include "engine/import/zip_archive.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "engine/base/utf8.h"
#include "engine/import/damaged.h"
#include "engine/json/strict_json.h"
#include "engine/sys/files.h"

namespace trm {
namespace {

constexpr std::uint32_t kLocalMark = 0x04034b50, kCentralMark = 0x02014b50, kEndMark = 0x06054b50,
                        kEnd64Mark = 0x06064b50, kLocatorMark = 0x07064b50;
constexpr std::size_t kLocalSize = 30, kCentralSize = 46, kEndSize = 22, kEnd64Size = 56, kLocatorSize = 20;
constexpr std::size_t kMaxComment = 0xFFFF;
constexpr std::size_t kMaxEntries = 65'536;
constexpr std::size_t kMaxName = 1024;
constexpr std::uint16_t kZip64Extra = 1;
constexpr std::uint16_t kEncrypted = 1 << 0 | 1 << 6 | 1 << 13, kDescriptor = 1 << 3, kUtf8 = 1 << 11;
constexpr std::uint16_t kFull16 = 0xFFFF;
constexpr std::uint32_t kFull32 = 0xFFFFFFFF;  // "see the ZIP64 field"

constexpr const char* kSaveAgain = "save it with torch.save, or pack it with zip -0";

template <class T>
T get(std::span<const std::byte> bytes, std::size_t offset) {
  T value{};
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

// Where the directory is, and how many entries it has.
struct Directory {
  std::uint64_t offset = 0, size = 0, entries = 0, end = 0;
};

// One entry, with what only its local header can confirm.
struct Record {
  ZipEntry entry;
  std::uint16_t flags = 0;
  std::uint64_t size = 0, local = 0, data_end = 0;
};

class DirectoryReader {
 public:
  DirectoryReader(std::span<const std::byte> image, const std::string& file) : image_(image), file_(file) {}

  Result<std::vector<Record>> read() {
    Result<Directory> directory = find_directory();
    if (!directory) return std::move(directory.error());
    std::vector<Record> records;
    records.reserve(static_cast<std::size_t>(std::min(directory->entries, directory->size / kCentralSize)));
    std::size_t at = static_cast<std::size_t>(directory->offset);
    for (std::uint64_t i = 0; i < directory->entries; ++i) {
      Result<Record> record = central(*directory, at, i);
      if (!record) return std::move(record.error());
      if (Status s = local(*directory, *record); !s) return std::move(s.error());
      records.push_back(std::move(*record));
    }
    if (at != directory->end) {
      return bad("directory", "has " + std::to_string(directory->end - at) + " bytes after its last entry");
    }
    return records;
  }

  // Once no two names are equal.
  [[nodiscard]] Status check_overlaps(const std::vector<Record>& records) const {
    std::vector<const Record*> order;
    order.reserve(records.size());
    for (const Record& r : records) order.push_back(&r);
    std::sort(order.begin(), order.end(), [](const Record* a, const Record* b) { return a->local < b->local; });
    for (std::size_t i = 1; i < order.size(); ++i) {
      if (order[i]->local < order[i - 1]->data_end) {
        return bad(order[i]->entry.name, "overlaps " + order[i - 1]->entry.name);
      }
    }
    return {};
  }

 private:
  [[nodiscard]] Error bad(std::string field, std::string message, const char* fix = kFetchAgain) const {
    return Error{ErrorCode::bad_input, file_, std::move(field), std::move(message), fix};
  }

  // The end record is the last one whose comment reaches the end of the file.
  [[nodiscard]] std::optional<std::size_t> find_end() const {
    if (image_.size() < kEndSize) return std::nullopt;
    const std::size_t last = image_.size() - kEndSize;
    const std::size_t first = last > kMaxComment ? last - kMaxComment : 0;
    for (std::size_t at = last + 1; at-- > first;) {
      if (get<std::uint32_t>(image_, at) == kEndMark && get<std::uint16_t>(image_, at + 20) == last - at) return at;
    }
    return std::nullopt;
  }

  Result<Directory> find_directory() {
    const auto end = find_end();
    if (!end) return bad("", "has no zip directory at its end");
    Directory d;
    d.end = *end;
    const auto disk = get<std::uint16_t>(image_, *end + 4), start_disk = get<std::uint16_t>(image_, *end + 6);
    const auto here = get<std::uint16_t>(image_, *end + 8), total = get<std::uint16_t>(image_, *end + 10);
    const auto size = get<std::uint32_t>(image_, *end + 12), offset = get<std::uint32_t>(image_, *end + 16);
    d.entries = total;
    d.size = size;
    d.offset = offset;
    bool several = disk != start_disk || (disk != 0 && disk != kFull16) || here != total;
    if (*end >= kLocatorSize && get<std::uint32_t>(image_, *end - kLocatorSize) == kLocatorMark) {
      const std::size_t locator = *end - kLocatorSize;
      const auto at = get<std::uint64_t>(image_, locator + 8);
      if (locator < kEnd64Size || at > locator - kEnd64Size ||
          get<std::uint32_t>(image_, static_cast<std::size_t>(at)) != kEnd64Mark) {
        return bad("ZIP64 locator", "leads to no ZIP64 directory record");
      }
      const std::size_t end64 = static_cast<std::size_t>(at);
      if (get<std::uint64_t>(image_, end64 + 4) != locator - end64 - 12) {
        return bad("ZIP64 directory record", "does not end where its locator begins");
      }
      several = several || get<std::uint32_t>(image_, locator + 4) != 0 ||
                get<std::uint32_t>(image_, locator + 16) > 1 || get<std::uint32_t>(image_, end64 + 16) != 0 ||
                get<std::uint32_t>(image_, end64 + 20) != 0;
      d.end = end64;
      const auto here64 = get<std::uint64_t>(image_, end64 + 24);
      d.entries = get<std::uint64_t>(image_, end64 + 32);
      d.size = get<std::uint64_t>(image_, end64 + 40);
      d.offset = get<std::uint64_t>(image_, end64 + 48);
      several = several || here64 != d.entries;
      if ((total != kFull16 && total != d.entries) || (size != kFull32 && size != d.size) ||
          (offset != kFull32 && offset != d.offset)) {
        return bad("directory", "its ZIP64 record and its end record contradict each other");
      }
    }
    if (several) return bad("directory", "spans several disks", kSaveAgain);
    if (d.offset > d.end || d.size != d.end - d.offset) {
      return bad("directory", "of " + std::to_string(d.size) + " bytes at " + std::to_string(d.offset) +
                                  " does not end at its end record at " + std::to_string(d.end));
    }
    if (d.entries > kMaxEntries) {
      return bad("directory",
                 "has " + std::to_string(d.entries) + " entries, more than the limit of " + std::to_string(kMaxEntries),
                 "check that this is a checkpoint");
    }
    return d;
  }

  // Sizes and offset of an entry that do not fit into 32 bits are in its extra field, in this order.
  static bool read_zip64(std::span<const std::byte> extra, std::initializer_list<std::uint64_t*> fields) {
    while (extra.size() >= 4) {
      const auto id = get<std::uint16_t>(extra, 0), length = get<std::uint16_t>(extra, 2);
      if (length > extra.size() - 4) return false;
      std::span<const std::byte> body = extra.subspan(4, length);
      if (id == kZip64Extra) {
        for (std::uint64_t* field : fields) {
          if (*field != kFull32) continue;
          if (body.size() < 8) return false;
          *field = get<std::uint64_t>(body, 0);
          body = body.subspan(8);
        }
        return true;
      }
      extra = extra.subspan(4 + std::size_t{length});
    }
    return false;
  }

  [[nodiscard]] Status check_name(std::string_view name, std::uint64_t number) const {
    const std::string field = "entry " + std::to_string(number);
    if (name.empty()) return bad(field, "has an empty name");
    if (name.size() > kMaxName) return bad(field, "has a name of " + std::to_string(name.size()) + " bytes");
    if (!valid_utf8(name)) return bad(field, "has a name that is not UTF-8");
    const std::string shown = "has the name " + json_shown(name);
    for (const char c : name) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return bad(field, shown + " with a control character");
      if (c == '\\') return bad(field, shown + " with a backslash");
    }
    if (name.front() == '/') return bad(field, shown + ", an absolute path");
    if (name.back() == '/') return bad(field, shown + ", a folder", "pack only files (zip -D)");
    for (std::size_t begin = 0; begin <= name.size();) {
      const std::size_t slash = std::min(name.find('/', begin), name.size());
      const std::string_view part = name.substr(begin, slash - begin);
      if (part == "..") return bad(field, shown + ", which leads upwards");
      if (part.empty() || part == ".") return bad(field, shown + " with an empty folder");
      begin = slash + 1;
    }
    return {};
  }

  Result<Record> central(const Directory& d, std::size_t& at, std::uint64_t number) {
    const std::string field = "entry " + std::to_string(number);
    if (d.end - at < kCentralSize || get<std::uint32_t>(image_, at) != kCentralMark) {
      return bad(field, "is missing from the directory");
    }
    const auto h = image_.subspan(at);
    const std::size_t name_size = get<std::uint16_t>(h, 28), extra_size = get<std::uint16_t>(h, 30),
                      comment_size = get<std::uint16_t>(h, 32);
    const std::size_t full = kCentralSize + name_size + extra_size + comment_size;
    if (full > d.end - at) return bad(field, "exceeds the directory");
    at += full;
    Record r;
    r.entry.name = text_of(h.subspan(kCentralSize, name_size));
    if (Status s = check_name(r.entry.name, number); !s) return std::move(s.error());
    const std::string& name = r.entry.name;
    r.flags = get<std::uint16_t>(h, 8);
    const auto method = get<std::uint16_t>(h, 10), disk = get<std::uint16_t>(h, 34);
    r.entry.crc32 = get<std::uint32_t>(h, 16);
    std::uint64_t packed = get<std::uint32_t>(h, 20);
    r.size = get<std::uint32_t>(h, 24);
    r.local = get<std::uint32_t>(h, 42);
    if ((r.flags & kEncrypted) != 0) return bad(name, "is encrypted", kSaveAgain);
    if ((r.flags & ~(kDescriptor | kUtf8)) != 0) {
      return bad(name, "has the unknown flags " + std::to_string(r.flags), kSaveAgain);
    }
    if (method != 0) return bad(name, "is compressed (method " + std::to_string(method) + ")", kSaveAgain);
    if (disk != 0) return bad(name, "is on another disk", kSaveAgain);
    if (r.size == kFull32 || packed == kFull32 || r.local == kFull32) {
      if (!read_zip64(h.subspan(kCentralSize + name_size, extra_size), {&r.size, &packed, &r.local})) {
        return bad(name, "lacks its ZIP64 sizes");
      }
    }
    if (packed != r.size) {
      return bad(name, "is stored, but its sizes differ: " + std::to_string(packed) + " and " + std::to_string(r.size));
    }
    return r;
  }

  // Data lie behind the local header, which must tell the same story as the directory.
  Status local(const Directory& d, Record& r) {
    const std::string& name = r.entry.name;
    if (r.local > d.offset || d.offset - r.local < kLocalSize) {
      return bad(name, "its header at " + std::to_string(r.local) + " exceeds the data, which end at " +
                           std::to_string(d.offset));
    }
    const auto h = image_.subspan(static_cast<std::size_t>(r.local));
    if (get<std::uint32_t>(h, 0) != kLocalMark) {
      return bad(name, "has no local header at " + std::to_string(r.local));
    }
    const std::size_t name_size = get<std::uint16_t>(h, 26), extra_size = get<std::uint16_t>(h, 28);
    const std::uint64_t room = d.offset - r.local - kLocalSize;
    if (name_size + extra_size > room || r.size > room - name_size - extra_size) {
      return bad(name, "its " + std::to_string(r.size) + " bytes at " + std::to_string(r.local) +
                           " exceed the data, which end at " + std::to_string(d.offset));
    }
    if (text_of(h.subspan(kLocalSize, name_size)) != name) return bad(name, "has another name in its local header");
    if (get<std::uint16_t>(h, 6) != r.flags || get<std::uint16_t>(h, 8) != 0) {
      return bad(name, "has other flags or another method in its local header");
    }
    // With a descriptor the local header was written before sizes and checksum were known.
    if ((r.flags & kDescriptor) == 0) {
      std::uint64_t packed = get<std::uint32_t>(h, 18), size = get<std::uint32_t>(h, 22);
      if (packed == kFull32 || size == kFull32) {
        if (!read_zip64(h.subspan(kLocalSize + name_size, extra_size), {&size, &packed})) {
          return bad(name, "lacks its ZIP64 sizes in its local header");
        }
      }
      if (packed != r.size || size != r.size || get<std::uint32_t>(h, 14) != r.entry.crc32) {
        return bad(name, "has another size or checksum in its local header");
      }
    }
    r.entry.data = h.subspan(kLocalSize + name_size + extra_size, static_cast<std::size_t>(r.size));
    r.data_end = r.local + kLocalSize + name_size + extra_size + r.size;
    return {};
  }

  std::span<const std::byte> image_;
  const std::string& file_;
};

std::string hex(std::uint32_t value) {
  std::string out = "0x00000000";
  for (std::size_t i = 0; i < 8; ++i) out[2 + i] = "0123456789abcdef"[(value >> (28 - 4 * i)) & 15];
  return out;
}

}  // namespace

Result<ZipArchive> ZipArchive::parse(std::span<const std::byte> image, const std::string& file) {
  DirectoryReader reader(image, file);
  Result<std::vector<Record>> records = reader.read();
  if (!records) return std::move(records.error());
  ZipArchive archive;
  for (std::size_t i = 0; i < records->size(); ++i) {
    const std::string& name = (*records)[i].entry.name;
    if (!archive.index_.emplace(name, i).second) {
      return Error{ErrorCode::bad_input, file, name, "appears twice", kFetchAgain};
    }
  }
  if (Status s = reader.check_overlaps(*records); !s) return std::move(s.error());
  for (Record& r : *records) archive.entries_.push_back(std::move(r.entry));
  return archive;
}

const ZipEntry* ZipArchive::find(const std::string& name) const {
  const auto it = index_.find(name);
  return it == index_.end() ? nullptr : &entries_[it->second];
}

Status check_crc(const ZipEntry& entry, std::uint32_t found, const std::string& file) {
  if (entry.crc32 == 0 || entry.crc32 == found) return {};
  return Error{ErrorCode::bad_input, file, entry.name,
               "is damaged: its checksum is " + hex(found) + ", " + hex(entry.crc32) + " was recorded", kFetchAgain};
}

}  // namespace trm
