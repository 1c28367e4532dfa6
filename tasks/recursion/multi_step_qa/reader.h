// Stories read from their text, and answered, sharing nothing with what writes and solves them.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "tasks/frames/prompt.h"
#include "tasks/recursion/multi_step_qa/story.h"

namespace trm::tasks::multi_step_qa {

/// "Who is the great-great-...": so many steps up at most.
inline constexpr std::size_t kMostSteps = kMaxPathDigits;

/// Nodes are the names in order of appearance. Error: more than 8192 bytes or 64 names, a sentence that is no fact, no
/// question at the end.
Result<Story> read_story(std::string_view text);

/// words: of the question, without its mark. Error: of no known kind, about what is no node of the story.
Result<StoryQuestion> read_question(const std::vector<std::string>& words, const std::vector<Node>& nodes);

/// The answer that follows from the story, by the transitive closure of its relations. Error: none, or more than one; a
/// relation that goes in a circle.
Result<std::string> deduce(const Story& story);

/// Number of the node with that word; nodes.size(): there is none.
std::size_t find_node(const std::vector<Node>& nodes, std::string_view word);

Error question_error(std::string message, std::string fix);

}  // namespace trm::tasks::multi_step_qa
