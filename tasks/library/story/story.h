// Stories in plain English, written as programs that find the answer.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "tasks/library/short_form.h"

// Three steps, each in its own files: a text becomes sentences of words (words.h), sentences become facts and one
// question (pattern.h, read.h), and facts and question become a program (write.h). The reader knows what one sentence
// says: that a mouse is what mice are, that "younger" turns "older" round, who "she" is. It joins no two facts. That is
// the work of the program, whose functions go from fact to fact.
//
// recursion/multi_step_qa keeps a small reader of its own. Its frames are trained on the numbers that it gives to
// names, so a wider grammar there would change what every item means. Each item of it is a story here, with the same
// answer.

namespace trm::tasks::library::story {

inline constexpr std::size_t kMostStoryBytes = 65'536;
inline constexpr std::size_t kMostSentences = 500;
inline constexpr std::size_t kMostFacts = 1000;  ///< a sentence about several names says several

/// "The key is in the box. The box is in the hall. Which room is the key in?", without the word "ask". The value of the
/// call is a text, True or False, a number or a list of texts; 'unknown': the story does not tell. The story goes on in
/// time: of two places of one thing, the later counts. What contradicts itself is 'unknown', and a circle of facts ends
/// the search. place: where the text is from, for errors. Error: not UTF-8, too long, a sentence of no known form, no
/// fact, not exactly one question, which stands last.
Result<ShortForm> story_program(std::string_view text, const std::string& place);

}  // namespace trm::tasks::library::story
