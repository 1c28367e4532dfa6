// What sentences say. The first form that fits counts, so the narrow ones stand first.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tasks/library/story/read.h"

namespace trm::tasks::library::story {
namespace {

using Kind = Fact::Kind;

/// a is `order` than b
bool say_more(Reader& r, const Order& order, bool yes = true) {
  if (order.word.empty()) return false;
  for (const std::string& b : r.names("B")) {
    for (const std::string& a : r.names("A"))
      r.add({Kind::more, order.word, order.turned ? b : a, order.turned ? a : b, "", yes});
  }
  return true;
}

std::string measured(const std::string& noun) {
  const std::pair<const char*, const char*> table[] = {{"age", "old"},         {"height", "tall"},    {"size", "big"},
                                                       {"weight", "heavy"},    {"length", "long"},    {"speed", "fast"},
                                                       {"price", "expensive"}, {"strength", "strong"}};
  for (const auto& [from, to] : table) {
    if (noun == from) return to;
  }
  return {};
}

bool say_level(Reader& r, const std::string& adjective, const std::vector<std::string>& as,
               const std::vector<std::string>& bs) {
  if (adjective.empty()) return false;
  const Order order = positive(adjective, r.long_story());
  for (const std::string& a : as) {
    for (const std::string& b : bs) {
      if (a != b) r.add({Kind::level, order.word, a, b, "", true});
    }
  }
  return true;
}

bool say_all_level(Reader& r, const std::string& adjective) {
  const std::vector<std::string> all = r.names("A");
  return all.size() > 1 && say_level(r, adjective, {all[0]}, {all.begin() + 1, all.end()});
}

bool say_place(Reader& r) {
  const std::string b = r.name("B");
  for (const std::string& a : r.names("A")) r.add({Kind::place, "", a, b, "", true});
  return true;
}

bool say_absent(Reader& r) {
  const std::string b = r.name("B");
  for (const std::string& a : r.names("A")) r.add({Kind::absent, "", a, b, "", true});
  return true;
}

bool say_hold(Reader& r, Kind kind) {
  for (const std::string& a : r.names("A")) {
    for (const std::string& b : r.names("B")) r.add({kind, "", a, b, "", true});
  }
  return true;
}

/// a gives b to c
bool say_gift(Reader& r) {
  const std::string a = r.name("A"), c = r.name("C");
  for (const std::string& b : r.names("B")) r.add({Kind::give, "", a, b, c, true});
  return true;
}

/// Everybody of as is the `word` of everybody of bs.
bool say_kin(Reader& r, const std::string& word, const std::vector<std::string>& as,
             const std::vector<std::string>& bs) {
  const std::vector<std::string> steps = kin_steps(word);
  if (steps.empty()) return false;
  const char sex = sex_of(word);
  for (const std::string& a : as) {
    for (const std::string& b : bs) {
      const bool one = steps.size() == 1 && steps[0] != "ancestor" && steps[0] != "descendant";
      r.add({one ? Kind::kin : Kind::role, one ? steps[0] : singular(word), a, b, "", true});
    }
    if (sex != 0) r.add({Kind::sex, std::string(1, sex), a, "", "", true});
  }
  return true;
}

bool say_kin_of_each_other(Reader& r, const std::string& word) {
  const std::vector<std::string> steps = kin_steps(word), all = r.names("A");
  if (all.size() < 2 || steps.size() != 1 || !is_one_of(steps[0], "brother sister sibling")) return false;
  for (std::size_t i = 0; i + 1 < all.size(); ++i) say_kin(r, word, {all[i]}, {all[i + 1]});
  return say_kin(r, word, {all.back()}, {all[0]});
}

/// "the mother of Ben", "Ben's mother", "the capital of France"
bool say_path(Reader& r, const std::vector<std::string>& as) {
  std::string of;
  const std::vector<std::string> path = r.path("path", of);
  if (path.size() != 1) return false;
  if (!kin_steps(path[0]).empty()) return say_kin(r, path[0], as, {of});
  if (is_one_of(path[0], "part kind type sort one front left right top middle")) return false;
  // "Anna's cat is black" is about the cat.
  if (r.low("path").find("'s") != std::string::npos &&
      !std::all_of(as.begin(), as.end(), [&](const auto& a) { return r.proper(a); }))
    return false;
  for (const std::string& a : as) r.add({Kind::role, singular(path[0]), a, of, "", true});
  return true;
}

bool say_is(Reader& r, bool yes, bool kind = false) {
  const std::string b = r.name("B", true);
  if (kin_steps(b).size() > 1) return false;
  // "Tom is the oldest" compares him with people whom the sentence does not name.
  if (!superlative(b, false).word.empty() &&
      !is_one_of(b, "guest priest forest west harvest honest modest request interest"))
    return false;
  if (r.bare("B") && !comparative(b, false).word.empty()) return false;
  for (const std::string& a : r.names("A", kind)) {
    if (const char sex = sex_of(b); sex != 0 && yes && r.proper(a))
      r.add({Kind::sex, std::string(1, sex), a, "", "", true});
    r.add({Kind::is, "", a, b, "", yes});
  }
  return true;
}

bool say_can(Reader& r, bool yes) {
  for (const std::string& a : r.names("A")) r.add({Kind::is, "", a, "can " + r.low("inf"), "", yes});
  return true;
}

bool say_part(Reader& r) {
  const std::string b = r.name("B");
  for (const std::string& a : r.names("A")) r.add({Kind::part, "", a, b, "", true});
  return true;
}

bool say_tie(Reader& r, const std::string& word, bool yes, bool turned = false) {
  const bool both = is_one_of(word, "friends next adjacent connected similar near beside opposite") ||
                    word.starts_with("friends ") || word.starts_with("next ") || word.starts_with("adjacent ") ||
                    word.starts_with("connected ");
  for (const std::string& a : r.names("A")) {
    for (const std::string& b : r.names("B")) {
      r.add({Kind::tie, word, turned ? b : a, turned ? a : b, "", yes});
      if (both) r.add({Kind::tie, word, b, a, "", yes});
    }
  }
  return true;
}

std::string tie_word(Reader& r) {
  return r.low("adj") + " " + r.low("prep");
}

bool say_adjective_tie(Reader& r, bool yes) {
  const std::string adjective = r.low("adj"), prep = r.low("prep");
  if (prep == "in" || prep == "on" || prep == "at") {
    if (!is_one_of(adjective, "interested good bad expert skilled")) return false;
  }
  if (is_one_of(adjective, "part kind type sort left right north south east west made")) return false;
  if (prep == "by" && (adjective.ends_with("ed") || stem(adjective) != adjective))
    return say_tie(r, r.verb("adj"), yes, true);
  return say_tie(r, tie_word(r), yes);
}

/// "Tom has the ball" is about where the ball is, "The car has an engine" about parts, "Tom has a dog" about owners.
bool say_have(Reader& r) {
  const std::vector<std::string> as = r.names("A");
  if (as.empty()) return false;
  if (r.article("B", "the")) return say_hold(r, Kind::hold);
  if (r.proper(as[0])) return say_tie(r, "have", true);
  for (const std::string& b : r.names("B")) r.add({Kind::part, "", b, as[0], "", true});
  return true;
}

bool say_left(Reader& r) {
  return r.article("B", "the") && r.said(Kind::hold) ? say_hold(r, Kind::drop) : say_absent(r);
}

}  // namespace

const std::vector<Form>& fact_forms() {
  static const std::vector<Form> forms = {
      // orders
      {Pattern("A+ @be <er> than B+"), [](Reader& r) { return say_more(r, comparative(r.low("er"), r.long_story())); },
       "Tom is older than Kim."},
      {Pattern("A+ @be <num> <noun> <er> than B+"),
       [](Reader& r) { return say_more(r, comparative(r.low("er"), r.long_story())); },
       "Tom is two years older than Kim."},
      {Pattern("A+ @be not <er> than B+"),
       [](Reader& r) { return say_more(r, comparative(r.low("er"), r.long_story()), false); },
       "Tom is not older than Kim."},
      {Pattern("A+ @be more <adj> than B+"), [](Reader& r) { return say_more(r, long_order(r.low("adj"), false)); },
       "The car is more expensive than the bike."},
      {Pattern("A+ @be less <adj> than B+"), [](Reader& r) { return say_more(r, long_order(r.low("adj"), true)); },
       "The bike is less expensive than the car."},
      {Pattern("A+ @be not as|so <adj> as B+"),
       [](Reader& r) {
         Order order = positive(r.low("adj"), r.long_story());
         order.turned = !order.turned;
         return say_more(r, order);
       },
       "Kim is not as tall as Tom."},
      {Pattern("A+ @be as <adj> as B+"),
       [](Reader& r) { return say_level(r, r.low("adj"), r.names("A"), r.names("B")); }, "Tom is as tall as Kim."},
      {Pattern("A+ @be|has|have of? the same <noun> as B"),
       [](Reader& r) { return say_level(r, measured(r.low("noun")), r.names("A"), r.names("B")); },
       "Tom is the same age as Kim."},
      {Pattern("A+ @be|has|have of? the same <noun>"),
       [](Reader& r) { return say_all_level(r, measured(r.low("noun"))); }, "Tom and Kim are the same age."},
      {Pattern("A+ @be equally <adj>"), [](Reader& r) { return say_all_level(r, r.low("adj")); },
       "Tom and Kim are equally tall."},
      {Pattern("A+ fits|fit in|inside|into B"),
       [](Reader& r) {
         return say_more(r, {"bigger", true});
       },
       "The box fits inside the chest."},
      {Pattern("A+ @stay <side> B+"), [](Reader& r) { return say_more(r, side_of(r.low("side"))); },
       "The lamp is to the left of the door."},
      {Pattern("A+ @be not <side> B+"), [](Reader& r) { return say_more(r, side_of(r.low("side")), false); },
       "The lamp is not above the door."},
      {Pattern(
           "A+ "
           "happened|happens|came|comes|took_place|occurred|began|started|ended|finished|arrived|arrives|left|woke_up|"
           "was_born|were_born|stands|goes|went|ran|falls <side> B+"),
       [](Reader& r) { return say_more(r, side_of(r.low("side"))); }, "Lunch came after breakfast."},
      {Pattern("A+ <verb> <side> B+"), [](Reader& r) { return say_more(r, side_of(r.low("side"))); }, ""},
      // places
      {Pattern("A+ @be either @in B or @in? C"),
       [](Reader& r) {
         const std::string b = r.name("B"), c = r.name("C");
         for (const std::string& a : r.names("A")) r.add({Kind::either, "", a, b, c, true});
         return true;
       },
       "Tom is either in the hall or in the kitchen."},
      {Pattern("A+ @stay @in B"), say_place, "The key is in the box."},
      {Pattern("A+ @be not|no_longer @in B"), say_absent, "Tom is no longer in the hall."},
      {Pattern("B holds|hold|held|contains|contain|contained A+"),
       [](Reader& r) {
         const std::string b = r.name("B");
         if (!r.proper(b)) return say_place(r);
         for (const std::string& a : r.names("A")) r.add({Kind::hold, "", b, a, "", true});
         return true;
       },
       "The box holds the key."},
      {Pattern("there @be A+ @in B"), say_place, "There is a key in the box."},
      {Pattern("@in B ,? there @be A+"), say_place, "In the box there is a key."},
      {Pattern("@in B @be A+"), say_place, ""},
      {Pattern("A+ @go to|into|in|inside|towards B"), say_place, "Mary went to the kitchen."},
      {Pattern("A+ entered|enters|reached|reaches B"), say_place, "Mary entered the kitchen."},
      {Pattern("A+ exited|exits|departed B"), say_absent, ""},
      {Pattern("A+ left|leaves B+"), say_left, "Mary left the kitchen."},
      // things in hands
      {Pattern("A @take B+ from C"),
       [](Reader& r) {
         const std::string c = r.name("C"), a = r.name("A");
         for (const std::string& b : r.names("B"))
           r.add(r.proper(c) ? Fact{Kind::give, "", c, b, a, true} : Fact{Kind::hold, "", a, b, "", true});
         return true;
       },
       "Tom took the ball from Kim."},
      {Pattern("C received|receives B+ from A"), say_gift, "Kim received the ball from Tom."},
      {Pattern("A @put|@drop B+ in|into|on|onto|inside|to C"),
       [](Reader& r) {
         const std::string c = r.name("C");
         if (r.proper(c)) return say_gift(r);
         for (const std::string& b : r.names("B")) r.add({Kind::place, "", b, c, "", true});
         return true;
       },
       "Mary put the ball in the box."},
      {Pattern("A @give B+ to C"), say_gift, "Mary gave the ball to Tom."},
      {Pattern("A @give C B"), say_gift, "Mary gave Tom the ball."},
      {Pattern("A+ @drop B+"), [](Reader& r) { return say_hold(r, Kind::drop); }, "Mary dropped the ball."},
      {Pattern("A put|puts|set|sets|laid B+ down"), [](Reader& r) { return say_hold(r, Kind::drop); },
       "Mary put the ball down."},
      {Pattern("A picked|picks B+ up"), [](Reader& r) { return say_hold(r, Kind::hold); }, "Mary picked the ball up."},
      {Pattern("A+ @take B+"), [](Reader& r) { return say_hold(r, Kind::hold); }, "Mary picked up the ball."},
      // families
      {Pattern("A @be married to B"), [](Reader& r) { return say_kin(r, "spouse", r.names("A"), r.names("B")); },
       "Tom is married to Ann."},
      {Pattern("A married|marries B"), [](Reader& r) { return say_kin(r, "spouse", r.names("A"), r.names("B")); }, ""},
      {Pattern("A+ @be married"),
       [](Reader& r) {
         const std::vector<std::string> all = r.names("A");
         return all.size() == 2 && say_kin(r, "spouse", {all[0]}, {all[1]});
       },
       "Tom and Ann are married."},
      {Pattern("B has|have|had a|an|<num> <kin> ,? named|called|: A+"),
       [](Reader& r) { return say_kin(r, r.low("kin"), r.names("A"), r.names("B")); }, "Tom has a son named Ben."},
      {Pattern("B has|have|had a|an|two|three|four|five|six|one <kin> ,? named|called|, A+"),
       [](Reader& r) { return say_kin(r, r.low("kin"), r.names("A"), r.names("B")); },
       "Tom has two sons, Ben and Max."},
      {Pattern("B has|have|had A+ as @the? <kin>"),
       [](Reader& r) { return say_kin(r, r.low("kin"), r.names("A"), r.names("B")); }, ""},
      {Pattern("A+ @be @the? <kin> of B+"),
       [](Reader& r) { return say_kin(r, r.low("kin"), r.names("A"), r.names("B")); }, "Ann is the mother of Ben."},
      {Pattern("A+ @be B 's <kin>"), [](Reader& r) { return say_kin(r, r.low("kin"), r.names("A"), r.names("B")); },
       "Ann is Ben's mother."},
      {Pattern("the <kin> of B+ @be A+"),
       [](Reader& r) { return say_kin(r, r.low("kin"), r.names("A"), r.names("B")); }, "The mother of Ben is Ann."},
      {Pattern("B 's <kin> @be A+"), [](Reader& r) { return say_kin(r, r.low("kin"), r.names("A"), r.names("B")); },
       "Ben's mother is Ann."},
      {Pattern("A+ @be <kin>"), [](Reader& r) { return say_kin_of_each_other(r, r.low("kin")); },
       "Tom and Ben are brothers."},
      // parts
      {Pattern("A+ @be @the? part|parts of B"), say_part, "The wheel is part of the car."},
      {Pattern("B includes|include|comprises|comprise A+"), say_part, "The car includes the wheel."},
      {Pattern("B consists|consist of A+"), say_part, "The car consists of a body and four wheels."},
      {Pattern("B @be made|built of|from|up_of A+"), say_part, ""},
      // kinds and qualities
      {Pattern("if something|someone|anything|anyone|somebody @be @the? A ,? then? it|they|he|she @be not @the? B"),
       [](Reader& r) { return say_is(r, false, true); }, "If someone is kind then they are not rude."},
      {Pattern("if something|someone|anything|anyone|somebody @be @the? A ,? then? it|they|he|she @be @the? B"),
       [](Reader& r) { return say_is(r, true, true); }, "If something is a cat then it is an animal."},
      {Pattern("@all A @be not @the? B"), [](Reader& r) { return say_is(r, false, true); }, ""},
      {Pattern("@all A @be @the? B"), [](Reader& r) { return say_is(r, true, true); }, "Every cat is an animal."},
      {Pattern("no A @be @the? B"),
       [](Reader& r) {
         r.add({Kind::is, "", r.name("B", true), r.name("A", true), "", false});
         return say_is(r, false, true);
       },
       "No cat is a dog."},
      {Pattern("A @be @the? kind|type|sort|form of B"), [](Reader& r) { return say_is(r, true, true); },
       "A cat is a kind of animal."},
      {Pattern("A+ can not <inf>"), [](Reader& r) { return say_can(r, false); }, "Penguins can not fly."},
      {Pattern("A+ can <inf>"), [](Reader& r) { return say_can(r, true); }, "Birds can fly."},
      // ties
      {Pattern("A+ @be near|beside|next_to|opposite|close_to B+"), [](Reader& r) { return say_tie(r, "near", true); },
       "The lamp is next to the door."},
      {Pattern("A+ @be not <adj> <prep> B+"), [](Reader& r) { return say_adjective_tie(r, false); },
       "Tom is not afraid of dogs."},
      {Pattern("A+ @be <adj> <prep> B+"), [](Reader& r) { return say_adjective_tie(r, true); },
       "Mice are afraid of wolves."},
      {Pattern("A+ @be <path>"), [](Reader& r) { return say_path(r, r.names("A")); },
       "Paris is the capital of France."},
      {Pattern("<path> @be A+"), [](Reader& r) { return say_path(r, r.names("A")); },
       "The capital of France is Paris."},
      {Pattern("A+ @be not @the? B"), [](Reader& r) { return say_is(r, false); }, "Tom is not a cat."},
      {Pattern("A+ @be @the? B"), [](Reader& r) { return say_is(r, true); }, "Tom is a cat."},
      {Pattern("A+ has|have|had B+"), say_have, "The car has an engine."},
      {Pattern("A+ belongs|belong|belonged to B"), [](Reader& r) { return say_tie(r, "have", true, true); },
       "The dog belongs to Tom."},
      {Pattern("A+ does|do|did not <inf> <prep> B+"),
       [](Reader& r) { return say_tie(r, r.verb("inf") + " " + r.low("prep"), false); }, ""},
      {Pattern("A+ does|do|did not <inf> B+"), [](Reader& r) { return say_tie(r, r.verb("inf"), false); },
       "Tom does not like Kim."},
      {Pattern("A+ <verb> <prep> B+"), [](Reader& r) { return say_tie(r, r.verb("verb") + " " + r.low("prep"), true); },
       "Tom works for Kim."},
      {Pattern("A+ <verb> B+"), [](Reader& r) { return say_tie(r, r.verb("verb"), true); }, "Tom likes Kim."},
  };
  return forms;
}

}  // namespace trm::tasks::library::story
