// What a file is that no reader here can read, told from its first bytes: people bring pointers, web pages, archives
// and other programs' formats, and want to hear that instead of a riddle about the format that was expected.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace trm {

struct ForeignFile {
  std::string what;  ///< "is a GGUF file"
  std::string fix;
};

/// `bytes` are the beginning of a file, or all of it. nullopt: nothing that is known. Safetensors, torch.save archives
/// and plain JSON have readers and are not named.
std::optional<ForeignFile> what_file_is(std::span<const std::byte> bytes);
std::optional<ForeignFile> what_file_is(std::string_view text);

/// The same as an error of `file`, for readers to return.
std::optional<Error> foreign_error(const std::string& file, std::span<const std::byte> bytes);
std::optional<Error> foreign_error(const std::string& file, std::string_view text);

}  // namespace trm
