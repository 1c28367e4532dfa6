// Forms of sentences, as patterns of words.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/library/story/words.h"

namespace trm::tasks::library::story {

/// A run of words of a sentence.
struct Span {
  std::size_t begin = 0, end = 0;
};

/// A pattern is words with blanks between them. Small letters are found as they are; | stands between words of which
/// one is there, _ between words that follow one another, ? behind what may be missing. @be and its kind are lists of
/// words that many patterns share. A capital letter is a name of one to five words, with + a list of names; er, est and
/// adj in < > are a word of that kind, and so are verb, inf,
/// kin, num and prep; side is a run of words, noun one to three, path what path_of() reads.
class Pattern {
 public:
  explicit Pattern(std::string_view text);

  /// Where the slots are, if the whole sentence has this form.
  [[nodiscard]] bool match(const Words& words, std::map<std::string, Span>& slots) const;
  /// How many parts of the pattern know a word of the sentence.
  [[nodiscard]] std::size_t shared(const Words& words) const;
  /// The more, the more words they share and the fewer they do not.
  [[nodiscard]] int nearness(const Words& words) const {
    return 3 * static_cast<int>(shared(words)) - static_cast<int>(parts_.size());
  }

 private:
  struct Part {
    std::string slot;                               ///< "A", "A+", "er"; empty: words
    std::vector<std::vector<std::string>> options;  ///< any of these
    bool optional = false;
  };
  bool match_from(const Words& words, std::size_t at, std::size_t part, std::map<std::string, Span>& slots) const;
  std::vector<Part> parts_;
};

/// Is it a name, with or without an article?
bool is_phrase(const Words& words, Span span);
/// The names of "Tom, Kim and the red box". Empty: it is no list of names.
std::vector<Span> listed(const Words& words, Span span);
/// "the mother of the father of Ann" or "Ann's father's mother": the nouns from the question's end, and whose they are.
struct Path {
  std::vector<Span> nouns;  ///< empty: it is none
  Span of;
};
Path path_of(const Words& words, Span span);
/// A word that is part of no name.
bool is_grammar(const std::string& low);

}  // namespace trm::tasks::library::story
