// From a text to sentences of words, and what English does to words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trm::tasks::library::story {

struct Word {
  std::string text;  ///< as it is written
  std::string low;   ///< in small letters
};
using Words = std::vector<Word>;

struct Sentence {
  std::string text;
  Words words;  ///< "isn't" is two words, "Tom's" is "Tom" and "'s"; commas are words, quotation marks are left out
  bool question = false;
};

/// A sentence ends with . ! ? or ; and a question also where the text ends, if it begins like one.
std::vector<Sentence> sentences_of(std::string_view text);

std::string lowered(std::string_view text);
bool is_one_of(std::string_view word, std::string_view list);  ///< list: words with blanks between them

/// "mice" -> "mouse"; what is no plural stays as it is.
std::string singular(const std::string& word);
/// The same for all forms of a verb: likes, like, liked, liking.
std::string stem(const std::string& verb);

/// An order that sentences speak of: "younger" says the opposite of "older".
struct Order {
  std::string word;     ///< "older": the name of the order
  bool turned = false;  ///< the word says it the other way round
};
/// Of "older", "oldest", "old"; long_story: "short" is then the opposite of "long", not of "tall". Nothing of a known
/// kind: word is empty.
Order comparative(const std::string& word, bool long_story);
Order superlative(const std::string& word, bool long_story);
Order positive(const std::string& word, bool long_story);
/// Of "more expensive", "least expensive": the adjective's order.
Order long_order(const std::string& adjective, bool less);

/// Of "north of", "to the left of", "before": the order of what is said first. Empty: no such words.
Order side_of(std::string_view words);
/// The order at right angles to it: who is to the left of somebody is as high as they are. Empty: there is none.
std::string across(const std::string& order);

/// Steps of "great-grandmother", nearest first: parent, parent, mother. Empty: no such word. Plurals count.
std::vector<std::string> kin_steps(std::string word);
/// Of "mother", "aunt", "boy": 'f', 'm' or nothing.
char sex_of(const std::string& word);

int number_of(const std::string& word);  ///< "second", "two", "12"; -1: none

}  // namespace trm::tasks::library::story
