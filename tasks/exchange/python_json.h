// What Python's json module writes beyond JSON.
#pragma once

#include <string>
#include <string_view>

namespace trm::tasks {

/// The text as JSON: NaN, Infinity and -Infinity are null, and half of a character that two escapes make (a reply that
/// was cut within an emoji) is U+FFFD, the replacement character. All else stays as it is, errors too.
std::string plain_json(std::string_view text);

}  // namespace trm::tasks
