// What sentences say, one fact for each statement, and what the question asks.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace trm::tasks::library::story {

/// a, b and c are names: of people, things, places, kinds and qualities.
struct Fact {
  enum class Kind {
    more,    ///< a is `word` (older, left, before) than b
    level,   ///< a is neither more nor less `word` than b
    place,   ///< a is in b, from now on
    absent,  ///< a is not in b
    either,  ///< a is in b or in c
    hold,    ///< a has b with it, from now on
    drop,    ///< a leaves b where a is
    give,    ///< a gives b to c
    kin,     ///< a is a `word` (mother, son, sister, wife, ...) of b
    sex,     ///< a is a woman (word f) or a man (m)
    part,    ///< a is part of b
    is,      ///< a is a b; every a is b
    tie,     ///< a `word` (like, afraid of) b
    role,    ///< a is the `word` (capital) of b
  };
  Kind kind = Kind::more;
  std::string word, a, b, c;
  bool yes = true;  ///< false: the sentence denies it
};

struct Asked {
  enum class Form {
    none,
    is_more,     ///< is a `word` than b?
    is_level,    ///< is a as `word` as b?
    which_more,  ///< who is `word`, a or b?
    all_more,    ///< who is `word` than b? turned: than whom is b `word`?
    next_more,   ///< the same of those that a sentence names next to b
    most,        ///< the `number`-th in the order; turned: from its other end
    route,       ///< how do you go from a to b?
    where,       ///< where is a?
    outermost,   ///< which room is a in? among: what may be the answer, if not empty
    inside,      ///< is a in b?
    contents,    ///< what is in b, or has b with it? among: what may be the answer, if not empty
    before,      ///< where was a before it was in b?
    after,       ///< where was a after it was in b?
    gift,        ///< who gave b to c? Empty names: whoever; number: 0 the giver, 1 the thing, 2 the receiver
    kin,         ///< who is at the end of the path of kinships and roles from a? b: is it b?
    is,          ///< is a b?
    kinds,       ///< what is a? among: what may be the answer, if not empty
    members,     ///< who is a b?
    part,        ///< is a part of b?
    wholes,      ///< what is a part of?
    parts,       ///< what are the parts of a?
    tied,        ///< a `word` whom?
    tied_to,     ///< who `word` b?
    is_tied,     ///< does a `word` b?
  };
  Form form = Form::none;
  std::string word, a, b, c;
  bool turned = false;
  bool count = false;  ///< how many?
  int number = 1;
  bool people = false;            ///< who?
  std::string noun;               ///< which `noun`?
  std::vector<std::string> path;  ///< kin: steps from a, nearest first
  std::vector<std::string> among;
};

struct Name {
  std::string key;      ///< in small letters
  std::string text;     ///< as it is shown
  bool proper = false;  ///< without an article and with a capital letter
};

/// An empty name: there is none with that key.
const Name& name_of(const std::vector<Name>& names, const std::string& key);

struct Story {
  std::vector<Fact> facts;  ///< in their order in time
  std::vector<Name> names;
  Asked asked;
  std::map<std::string, std::string> verbs;  ///< stems, as they were first written
  std::vector<std::string> reading;
};

}  // namespace trm::tasks::library::story
