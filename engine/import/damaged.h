// What the readers of other programs' checkpoints share: bytes as text, and what helps where a file is damaged.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace trm {

inline constexpr const char* kFetchAgain = "fetch or write the file again";

inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace trm
