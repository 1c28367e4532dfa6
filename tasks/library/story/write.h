// From facts and a question to a program.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tasks/library/short_form.h"
#include "tasks/library/story/facts.h"

namespace trm::tasks::library::story {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// Writes the tables, which hold what the story says, and the functions that the question needs.
///
/// A table is a function with an `if` for each name, and not a list of facts that a function walks along: a frame that
/// compares two names costs less than those that take a list apart. A relation in which no name has two followers, or
/// none has two forerunners, is searched with a bound on the steps, which ends circles; any other with a list of what
/// was seen, which also keeps the search from going the same way twice.
class Writer {
 public:
  explicit Writer(const Story& story) : story_(story) {}
  ShortForm form();

 private:
  // The story.
  [[nodiscard]] std::string quoted(const std::string& key) const;
  [[nodiscard]] std::string quoted(const std::vector<std::string>& keys) const;
  [[nodiscard]] Pairs pairs(Fact::Kind kind, const std::string& word, bool yes = true) const;
  void rule(const std::string& text) { rules_ += text + "\n"; }

  // Tables. Each returns the name of the function, and is written once.
  std::string table(const std::string& word, const Pairs& pairs, const std::string& says);
  std::string said(Fact::Kind kind, const std::string& word, bool turned, bool yes = true);
  void tell_the_rest();

  /// name(a, b): is b reached from a by one step or more?
  void reach(const std::string& name, const std::string& step, const Pairs& pairs);
  /// name(todo, found): all that is reached, and what was to do, each once.
  void gather(const std::string& name, const std::string& step);
  /// Of a list: one name, several, or 'unknown'. It is counted if the question counts.
  std::string result(const std::string& list, const std::string& none = "'unknown'");
  std::string without(const std::string& list, const std::string& name);

  std::string order();
  std::string most(const std::string& above, const std::string& level);
  std::string route();
  std::string places();
  std::string spots();
  std::string contents(const std::string& spot);
  std::string gift();
  std::string kin();
  std::string step(const std::string& word);
  std::string kinds();
  std::string parts();
  std::string ties();
  std::vector<std::string> individuals() const;

  const Story& story_;
  std::string tables_, rules_;
  std::vector<std::pair<std::string, std::string>> written_;  ///< what is in a table, and its name
  std::vector<std::string> functions_;                        ///< that are written already
  bool wrote(const std::string& name);
};

}  // namespace trm::tasks::library::story
