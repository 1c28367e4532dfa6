#include "engine/base/utf8.h"

namespace trm {

bool valid_utf8(std::string_view text, std::size_t* bad_offset) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text.substr(at));
    if (length == 0) {
      if (bad_offset != nullptr) *bad_offset = at;
      return false;
    }
    at += length;
  }
  return true;
}

}  // namespace trm
