// Stories read from their text, sharing nothing with what writes them.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace trm::tasks::multi_step_qa {

/// One relation as a matrix over the words of a story; row: who or what it is said of.
using Matrix = std::vector<std::vector<bool>>;

struct ReadStory {
  std::vector<std::string> words;           ///< people and things, in order of appearance
  std::map<std::string, Matrix> relations;  ///< "mother", "father", "in", "part", "older", "taller", "heavier"
  std::vector<std::string> question;        ///< its words, without the question mark
};

/// Error: more than 8192 bytes or 64 names, a sentence that is no fact, no question at the end.
Result<ReadStory> read_story(std::string_view text);

/// Number of the word; words.size(): it does not occur.
std::size_t find_word(const ReadStory& story, std::string_view word);

/// "younger" is "older" the other way round: the relation; its first word says nothing: "".
struct Comparison {
  std::string_view relation;
  bool turned = false;
};
Comparison comparison(std::string_view word);

}  // namespace trm::tasks::multi_step_qa
