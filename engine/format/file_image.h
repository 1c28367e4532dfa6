// What every reader of a mapped file does around its own work: map, read, and turn a lack of memory into an error.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <utility>

#include "engine/base/status.h"
#include "engine/sys/mapped_file.h"

namespace trm {

/// The bytes that a reader reads, from its file or from memory that outlives it.
struct FileImage {
  std::string path;
  std::span<const std::byte> image;
  MappedFile mapping;  ///< empty: from memory
};

/// Reader derives from FileImage; its fill(how...) reads the image.
template <class Reader, class... How>
Result<std::shared_ptr<const Reader>> read_image(FileImage from, const How&... how) {
  std::string path = from.path;
  try {
    auto reader = std::make_shared<Reader>();
    static_cast<FileImage&>(*reader) = std::move(from);
    Status filled = reader->fill(how...);
    // Bytes that changed under the reader say nothing about the file.
    if (Status s = reader->mapping.unchanged(); !s) return std::move(s.error());
    if (!filled) return std::move(filled.error());
    return std::shared_ptr<const Reader>(std::move(reader));
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::io, std::move(path), "", "does not fit into memory", "free some memory"};
  }
}

template <class Reader, class... How>
Result<std::shared_ptr<const Reader>> read_file(const std::string& path, const How&... how) {
  Result<MappedFile> mapping = MappedFile::open(path);
  if (!mapping) return std::move(mapping.error());
  const std::span<const std::byte> image = mapping->bytes();
  return read_image<Reader>({path, image, std::move(*mapping)}, how...);
}

}  // namespace trm
