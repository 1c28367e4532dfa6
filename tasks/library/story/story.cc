#include "tasks/library/story/story.h"

#include <utility>

#include "engine/base/utf8.h"
#include "tasks/library/story/read.h"
#include "tasks/library/story/write.h"
#include "tasks/python/program.h"

namespace trm::tasks::library::story {

Result<ShortForm> story_program(std::string_view text, const std::string& place) {
  const auto error = [&place](std::string message, std::string fix) {
    return Error{ErrorCode::bad_input, place, "story", std::move(message), std::move(fix)};
  };
  if (text.size() > kMostStoryBytes)
    return error("has " + std::to_string(text.size()) + " bytes", "write at most " + std::to_string(kMostStoryBytes));
  std::size_t bad = 0;
  if (!valid_utf8(text, &bad)) return error("is no UTF-8 at byte " + std::to_string(bad), "write it as UTF-8");
  Result<Story> story = Reader(sentences_of(text)).story(place);
  if (!story) return story.error();
  ShortForm out = Writer(*story).form();
  if (out.source.size() > python::kMaxSourceBytes)
    return error("makes a program of " + std::to_string(out.source.size()) + " bytes", "tell fewer facts");
  return out;
}

}  // namespace trm::tasks::library::story
