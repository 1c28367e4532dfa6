// From sentences to facts and a question.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tasks/library/story/facts.h"
#include "tasks/library/story/pattern.h"
#include "tasks/library/story/words.h"

namespace trm::tasks::library::story {

/// What the sentences before it said matters for who "she" is, and for nothing else.
class Reader {
 public:
  explicit Reader(const std::vector<Sentence>& sentences);

  /// Error: as story_program() says.
  Result<Story> story(const std::string& place);

  // For the forms of sentences, about the sentence at hand.

  [[nodiscard]] bool has(const char* slot) const { return slots_.count(slot) > 0; }
  [[nodiscard]] std::string low(const char* slot) const;
  /// The stem of a verb.
  std::string verb(const char* slot);
  /// Keys of names. kind: plurals count as what they are plurals of.
  std::string name(const char* slot, bool kind = false);
  std::vector<std::string> names(const char* slot, bool kind = false);
  /// Of two slots in a row: the first takes as many words as make a name that was mentioned.
  void part_by_names(const char* first, const char* second);
  /// A role or kinship, and of whom.
  std::vector<std::string> path(const char* slot, std::string& of);
  [[nodiscard]] bool proper(const std::string& key) const;
  [[nodiscard]] bool article(const char* slot, const char* word) const;
  [[nodiscard]] bool bare(const char* slot) const;  ///< there is no article
  [[nodiscard]] bool long_story() const { return long_; }
  [[nodiscard]] bool said(Fact::Kind kind) const;
  [[nodiscard]] bool said_kind(const std::string& kind) const;
  [[nodiscard]] bool said_role(const std::string& word) const;
  void add(Fact fact) { story_.facts.push_back(std::move(fact)); }
  Asked& asked() { return story_.asked; }
  /// Names whose last word is the noun; a kind: the names that may be one are left to the program.
  std::vector<std::string> called(const std::string& noun) const;

 private:
  std::string key_of(Span span, bool kind);
  void prepare(Sentence& sentence);
  void without_pronouns(Words& words);
  void note(std::size_t first);
  [[nodiscard]] std::string person_like(char sex) const;
  [[nodiscard]] Error unread(const Sentence& sentence, const std::string& place) const;
  [[nodiscard]] std::string shown(const Fact& fact) const;

  std::vector<Sentence> sentences_;
  std::set<std::string> small_;  ///< words that occur in small letters
  bool long_ = false;
  Words words_;
  std::map<std::string, Span> slots_;
  Story story_;
  int day_ = 1;
  std::vector<int> days_;  ///< of the facts
  std::map<std::string, char> sexes_;
  std::vector<std::string> people_, things_, group_;  ///< who was mentioned, the latest last
};

struct Form {
  Pattern pattern;
  bool (*read)(Reader&);  ///< false: the sentence means something else
  const char* example;    ///< empty: that of the form before it
};
const std::vector<Form>& fact_forms();
const std::vector<Form>& question_forms();

/// "older(Tom, Kim)"
std::string to_text(const Fact& fact, const std::vector<Name>& names);
std::string to_text(const Asked& asked, const std::vector<Name>& names);

}  // namespace trm::tasks::library::story
