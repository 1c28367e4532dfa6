// Zip files as torch.save writes them: stored, not compressed, with or without ZIP64. The files of an archive are views
// of its image. Every offset and size is checked before it is used; what zip allows and torch never writes is refused.
// Format: PKWARE APPNOTE 6.3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace trm {

struct ZipEntry {
  std::string name;
  std::span<const std::byte> data;
  /// 0: none was recorded (torch.save can be told to leave them out).
  std::uint32_t crc32 = 0;
};

class ZipArchive {
 public:
  /// `file` names the source in errors; the image must outlive the archive. Error: damage, compression, encryption,
  /// several disks, files that share bytes or a name, names that are absolute or lead upwards.
  static Result<ZipArchive> parse(std::span<const std::byte> image, const std::string& file);

  /// In the order of the directory.
  [[nodiscard]] const std::vector<ZipEntry>& entries() const { return entries_; }
  /// null: no file of that name.
  [[nodiscard]] const ZipEntry* find(const std::string& name) const;

 private:
  std::vector<ZipEntry> entries_;
  std::map<std::string, std::size_t> index_;
};

/// Error: the data of an entry do not have its checksum `found`.
Status check_crc(const ZipEntry& entry, std::uint32_t found, const std::string& file);

}  // namespace trm
