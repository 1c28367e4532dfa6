// What questions ask. The first form that fits counts, so the narrow ones stand first.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tasks/library/story/read.h"

namespace trm::tasks::library::story {
namespace {

using Form_ = Asked::Form;

bool ask(Reader& r, Form_ form, std::string a = {}, std::string b = {}, std::string word = {}) {
  Asked& asked = r.asked();
  asked.form = form;
  asked.a = std::move(a);
  asked.b = std::move(b);
  asked.word = std::move(word);
  return true;
}

bool ask_more(Reader& r, const Order& order) {
  if (order.word.empty()) return false;
  const std::string a = r.name("A"), b = r.name("B");
  return ask(r, Form_::is_more, order.turned ? b : a, order.turned ? a : b, order.word);
}

bool ask_two(Reader& r, const Order& order) {
  r.asked().turned = order.turned;
  return ask(r, Form_::which_more, r.name("A"), r.name("B"), order.word);
}

/// Who is `order` than b?
bool ask_all(Reader& r, const Order& order, const char* slot, bool than_whom, Form_ form, bool count = false) {
  if (order.word.empty()) return false;
  r.asked().turned = order.turned != than_whom;
  r.asked().count = count;
  return ask(r, form, "", r.name(slot), order.word);
}

bool ask_most(Reader& r, const Order& order, int number = 1) {
  if (order.word.empty() || number < 1) return false;
  if (r.has("noun") && sex_of(singular(r.low("noun"))) != 0) return false;  // of the women alone
  r.asked().turned = order.turned;
  r.asked().number = number;
  return ask(r, Form_::most, "", "", order.word);
}

constexpr std::string_view kAnything =
    "thing object item one person people place places things objects items persons somebody someone stuff";

/// The same, where the story does not tell which things are of that kind.
constexpr std::string_view kBroad =
    "room rooms animal animals pet pets toy toys container containers city cities country countries building buildings "
    "floor floors";

/// "Which room", "how many animals": what may be the answer.
void restrict(Reader& r) {
  if (!r.has("noun")) return;
  const std::string noun = r.low("noun");
  r.asked().people = is_one_of(noun, "people person persons men women");
  const std::vector<std::string> among = r.called(singular(noun));
  if (is_one_of(noun, kAnything) || (among.empty() && is_one_of(noun, kBroad) && !r.said_kind(singular(noun)))) return;
  r.asked().noun = singular(noun);
  r.asked().among = among;
}

bool ask_contents(Reader& r, bool people, bool count = false) {
  restrict(r);
  r.asked().people = r.asked().people || people;
  r.asked().count = count;
  return ask(r, Form_::contents, "", r.name("B"));
}

bool ask_outermost(Reader& r) {
  restrict(r);
  return ask(r, Form_::outermost, r.name("A"));
}

bool ask_gift(Reader& r, int number) {
  if (!r.said(Fact::Kind::give)) return false;
  ask(r, Form_::gift, r.has("A") ? r.name("A") : "", r.has("B") ? r.name("B") : "");
  r.asked().c = r.has("C") ? r.name("C") : "";
  r.asked().number = number;
  return true;
}

bool ask_path(Reader& r, bool count = false) {
  std::string of;
  for (const std::string& noun : r.path("path", of)) {
    if (is_one_of(noun, "part parts kind type sort color colour")) return false;
    const std::string word = singular(noun);
    std::vector<std::string>& path = r.asked().path;
    const std::vector<std::string> steps = kin_steps(noun);
    // "afraid of mice" is no role.
    if (steps.empty() && !r.said_role(word) && !r.article("path", "the") &&
        r.low("path").find("'s") == std::string::npos)
      return false;
    // The nearest to the name comes first. What the story tells of a role is not worked out.
    if (steps.empty() || r.said_role(word)) {
      path.insert(path.begin(), "=" + word);
    } else {
      path.insert(path.begin(), steps.begin(), steps.end());
    }
  }
  r.asked().count = count;
  return ask(r, Form_::kin, of, r.has("A") ? r.name("A") : "");
}

bool ask_how_many_kin(Reader& r) {
  const std::vector<std::string> steps = kin_steps(r.low("kin"));
  r.asked().path = steps;
  r.asked().count = true;
  return ask(r, Form_::kin, r.name("B"));
}

bool ask_is(Reader& r) {
  r.part_by_names("A", "B");
  const std::string b = r.name("B", true);
  return ask(r, Form_::is, r.name("A"), b);
}

bool ask_members(Reader& r, bool count = false) {
  r.asked().count = count;
  return ask(r, Form_::members, "", r.name("B", true));
}

constexpr std::string_view kColours =
    "white black red green blue yellow gray grey brown pink orange purple violet silver gold golden beige turquoise";

bool ask_colour(Reader& r) {
  std::string_view colours = kColours;
  while (!colours.empty()) {
    const std::size_t end = std::min(colours.find(' '), colours.size());
    r.asked().among.emplace_back(colours.substr(0, end));
    colours.remove_prefix(std::min(end + 1, colours.size()));
  }
  return ask(r, Form_::kinds, r.name("A"));
}

bool ask_part(Reader& r) {
  const std::string a = r.name("A");
  return ask(r, Form_::part, a, r.name("B"));
}

bool ask_parts(Reader& r, bool count = false) {
  r.asked().count = count;
  return ask(r, Form_::parts, r.name("B"));
}

/// "loved by"
bool passive(Reader& r) {
  return r.has("adj") && r.low("prep") == "by";
}

std::string tie_of(Reader& r) {
  if (passive(r)) return r.verb("adj");
  std::string word = r.has("inf") ? r.verb("inf") : r.has("verb") ? r.verb("verb") : r.low("adj");
  if (r.has("prep")) word += " " + r.low("prep");
  return word;
}

/// a `word` whom?
bool ask_tied(Reader& r, bool count = false) {
  r.asked().count = count;
  if (r.has("noun")) restrict(r);
  if (passive(r)) return ask(r, Form_::tied_to, "", r.name("A"), tie_of(r));
  return ask(r, Form_::tied, r.name("A"), "", tie_of(r));
}

bool ask_tied_to(Reader& r, bool count = false) {
  r.asked().count = count;
  if (passive(r)) return ask(r, Form_::tied, r.name("B"), "", tie_of(r));
  return ask(r, Form_::tied_to, "", r.name("B"), tie_of(r));
}

bool ask_is_tied(Reader& r) {
  const std::string a = r.name("A"), b = r.name("B"), word = tie_of(r);
  return passive(r) ? ask(r, Form_::is_tied, b, a, word) : ask(r, Form_::is_tied, a, b, word);
}

/// Carrying where somebody carries, else owning.
bool ask_held(Reader& r, bool count) {
  if (!r.said(Fact::Kind::hold) && !r.said(Fact::Kind::give)) return false;
  restrict(r);
  r.asked().people = false;
  r.asked().count = count;
  return ask(r, Form_::contents, "", r.name("A"));
}

bool ask_holder(Reader& r) {
  if (!r.said(Fact::Kind::hold) && !r.said(Fact::Kind::give)) return false;
  r.asked().turned = true;
  return ask(r, Form_::where, r.name("B"));
}

bool ask_holds(Reader& r) {
  if (!r.said(Fact::Kind::hold) && !r.said(Fact::Kind::give)) return false;
  const std::string a = r.name("B");
  return ask(r, Form_::inside, a, r.name("A"));
}

}  // namespace

const std::vector<Form>& question_forms() {
  static const std::vector<Form> forms = {
      // orders
      {Pattern("@be A <er> than B"), [](Reader& r) { return ask_more(r, comparative(r.low("er"), r.long_story())); },
       "Is Tom older than Kim?"},
      {Pattern("@be A more <adj> than B"), [](Reader& r) { return ask_more(r, long_order(r.low("adj"), false)); }, ""},
      {Pattern("@be A less <adj> than B"), [](Reader& r) { return ask_more(r, long_order(r.low("adj"), true)); }, ""},
      {Pattern("@be A as <adj> as B"),
       [](Reader& r) {
         return ask(r, Form_::is_level, r.name("A"), r.name("B"), positive(r.low("adj"), r.long_story()).word);
       },
       "Is Tom as tall as Kim?"},
      {Pattern("who|what|which|which_one @be <er> ,? A or B"),
       [](Reader& r) { return ask_two(r, comparative(r.low("er"), r.long_story())); }, "Who is older, Tom or Kim?"},
      {Pattern("who|what|which|which_one @be more <adj> ,? A or B"),
       [](Reader& r) { return ask_two(r, long_order(r.low("adj"), false)); }, ""},
      {Pattern("who|what|which|which_one @be less <adj> ,? A or B"),
       [](Reader& r) { return ask_two(r, long_order(r.low("adj"), true)); }, ""},
      {Pattern("how many <noun> @be <er> than B"),
       [](Reader& r) {
         return ask_all(r, comparative(r.low("er"), r.long_story()), "B", false, Form_::all_more, true);
       },
       "How many people are older than Kim?"},
      {Pattern("who|what|which <noun>? @be <er> than B"),
       [](Reader& r) { return ask_all(r, comparative(r.low("er"), r.long_story()), "B", false, Form_::all_more); },
       "Who is older than Kim?"},
      {Pattern("who|what|which <noun>? @be more <adj> than B"),
       [](Reader& r) { return ask_all(r, long_order(r.low("adj"), false), "B", false, Form_::all_more); }, ""},
      {Pattern("who|whom|what @be A <er> than"),
       [](Reader& r) { return ask_all(r, comparative(r.low("er"), r.long_story()), "A", true, Form_::all_more); },
       "Who is Tom older than?"},
      {Pattern("who|what|which|which_one <noun>? @be the? <num> <est> <noun>?"),
       [](Reader& r) { return ask_most(r, superlative(r.low("est"), r.long_story()), number_of(r.low("num"))); },
       "Who is the second oldest?"},
      {Pattern("who|what|which|which_one <noun>? @be the? <est> <noun>?"),
       [](Reader& r) { return ask_most(r, superlative(r.low("est"), r.long_story())); }, "Who is the oldest?"},
      {Pattern("who|what|which|which_one <noun>? @be the? most <adj> <noun>?"),
       [](Reader& r) { return ask_most(r, long_order(r.low("adj"), false)); }, ""},
      {Pattern("who|what|which|which_one <noun>? @be the? least <adj> <noun>?"),
       [](Reader& r) { return ask_most(r, long_order(r.low("adj"), true)); }, ""},
      {Pattern("who|what|which|which_one <noun>? @be <er>"),
       [](Reader& r) { return ask_most(r, comparative(r.low("er"), r.long_story())); }, ""},
      {Pattern("who|what|which <noun>? did? <inf> <est>"),
       [](Reader& r) {
         return ask_most(r, is_one_of(r.low("est"), "first last") ? superlative(r.low("est"), false) : Order{});
       },
       "What happened first?"},
      {Pattern("did|does|do A <inf> <side> B"), [](Reader& r) { return ask_more(r, side_of(r.low("side"))); },
       "Did lunch come after breakfast?"},
      {Pattern("@be A born|finished <side> B"), [](Reader& r) { return ask_more(r, side_of(r.low("side"))); }, ""},
      {Pattern("@be A <side> B"), [](Reader& r) { return ask_more(r, side_of(r.low("side"))); },
       "Is the lamp to the left of the door?"},
      {Pattern("who|what|which <noun>? <inf> <side> B"),
       [](Reader& r) { return ask_all(r, side_of(r.low("side")), "B", false, Form_::all_more); },
       "Who arrived before Tom?"},
      {Pattern("who|what|which <noun>? @be <side> B"),
       [](Reader& r) {
         const Order side = side_of(r.low("side"));
         return ask_all(r, side, "B", false, side.word == "before" ? Form_::all_more : Form_::next_more);
       },
       "What is north of the hall?"},
      {Pattern("who|what @be A <side>"),
       [](Reader& r) { return ask_all(r, side_of(r.low("side")), "A", true, Form_::next_more); },
       "What is the hall north of?"},
      {Pattern("does|do|will|can|did A fit in|inside|into B"),
       [](Reader& r) { return ask(r, Form_::is_more, r.name("B"), r.name("A"), "bigger"); },
       "Does the box fit in the chest?"},
      // places
      {Pattern("how do|does|can|would you|i|we|one|someone go|get|walk|travel from A to B"),
       [](Reader& r) {
         const std::string a = r.name("A");
         return ask(r, Form_::route, a, r.name("B"));
       },
       "How do you go from the hall to the kitchen?"},
      {Pattern("where @be A before B"),
       [](Reader& r) {
         const std::string a = r.name("A");
         return ask(r, Form_::before, a, r.name("B"));
       },
       "Where was the ball before the kitchen?"},
      {Pattern("where @be A after B"),
       [](Reader& r) {
         const std::string a = r.name("A");
         return ask(r, Form_::after, a, r.name("B"));
       },
       ""},
      {Pattern("where did A go|move after B"),
       [](Reader& r) {
         const std::string a = r.name("A");
         return ask(r, Form_::after, a, r.name("B"));
       },
       "Where did Mary go after the kitchen?"},
      {Pattern("where does|do|did A <inf>"), [](Reader& r) { return ask(r, Form_::where, r.name("A")); },
       "Where does Tom live?"},
      {Pattern("where @be A located|kept|stored|hidden"), [](Reader& r) { return ask(r, Form_::where, r.name("A")); },
       ""},
      {Pattern("where @be A"), [](Reader& r) { return ask(r, Form_::where, r.name("A")); }, "Where is the ball?"},
      {Pattern("what|which <noun> @be A in|inside|at|on"), ask_outermost, "Which room is the key in?"},
      {Pattern("what|which <noun> does|do|did A live|stay|work in|at"), ask_outermost, ""},
      {Pattern("in|inside what|which <noun> @be A"), ask_outermost, "In which room is the key?"},
      {Pattern("what @be A in|inside|on"), [](Reader& r) { return ask(r, Form_::where, r.name("A")); },
       "What is the key in?"},
      {Pattern("how many <noun> @be there? @in B"), [](Reader& r) { return ask_contents(r, false, true); },
       "How many keys are in the box?"},
      {Pattern("how many <noun> does|do|did B hold|contain"), [](Reader& r) { return ask_contents(r, false, true); },
       ""},
      {Pattern("what|which <noun> @be @in B"), [](Reader& r) { return ask_contents(r, false); },
       "Which things are in the box?"},
      {Pattern("what @be there? @in B"), [](Reader& r) { return ask_contents(r, false); }, "What is in the box?"},
      {Pattern("who @be @in B"), [](Reader& r) { return ask_contents(r, true); }, "Who is in the kitchen?"},
      {Pattern("who|what lives|live|stays|works @in B"), [](Reader& r) { return ask_contents(r, r.low("") == "who"); },
       ""},
      {Pattern("does|do|did A live|stay|work @in B"),
       [](Reader& r) {
         const std::string a = r.name("A");
         return ask(r, Form_::inside, a, r.name("B"));
       },
       ""},
      {Pattern("what @be A carrying|holding"), [](Reader& r) { return ask_held(r, false); }, "What is Mary carrying?"},
      {Pattern("what does|do A carry|hold|have"), [](Reader& r) { return ask_held(r, false); }, ""},
      {Pattern("how many <noun> @be A carrying|holding"), [](Reader& r) { return ask_held(r, true); },
       "How many things is Mary carrying?"},
      {Pattern("how many <noun> does|do A carry|hold|have"), [](Reader& r) { return ask_held(r, true); }, ""},
      {Pattern("what does|do B have"),
       [](Reader& r) { return r.said(Fact::Kind::part) && !r.proper(r.name("B")) && ask_parts(r); }, ""},
      {Pattern("what does|do|did B hold|contain"), [](Reader& r) { return ask_contents(r, false); },
       "What does the box hold?"},
      {Pattern("does|do|did B hold|contain A"),
       [](Reader& r) {
         const std::string a = r.name("A");
         return ask(r, Form_::inside, a, r.name("B"));
       },
       ""},
      {Pattern("who has|holds|is_carrying|is_holding|carries|owns B"), ask_holder, "Who has the ball?"},
      {Pattern("is|does|do A carrying|holding|have|carry|hold B"), ask_holds, "Does Mary have the ball?"},
      {Pattern("@be there A @in B"),
       [](Reader& r) {
         const std::string a = r.name("A");
         return ask(r, Form_::inside, a, r.name("B"));
       },
       ""},
      {Pattern("@be A @in B"),
       [](Reader& r) {
         const std::string a = r.name("A");
         return ask(r, Form_::inside, a, r.name("B"));
       },
       "Is the ball in the kitchen?"},
      // gifts
      {Pattern("who @give B to C"), [](Reader& r) { return ask_gift(r, 0); }, "Who gave the ball to Tom?"},
      {Pattern("who @give C B"), [](Reader& r) { return ask_gift(r, 0); }, ""},
      {Pattern("who @give B"), [](Reader& r) { return ask_gift(r, 0); }, ""},
      {Pattern("who|whom did A give|hand|pass|send|lend|sell B to?"), [](Reader& r) { return ask_gift(r, 2); },
       "Who did Mary give the ball to?"},
      {Pattern("to whom did A give|hand|pass|send|lend|sell B"), [](Reader& r) { return ask_gift(r, 2); }, ""},
      {Pattern("what did A give|hand|pass|send|lend|sell to? C"), [](Reader& r) { return ask_gift(r, 1); },
       "What did Mary give to Tom?"},
      {Pattern("who received|got B"), [](Reader& r) { return ask_gift(r, 2); }, "Who received the ball?"},
      // parts
      {Pattern("@be A @the? part of B"), ask_part, "Is the wheel part of the car?"},
      {Pattern("what @be A @the? part of"), [](Reader& r) { return ask(r, Form_::wholes, r.name("A")); },
       "What is the wheel part of?"},
      {Pattern("what @be the? part|parts of B"), [](Reader& r) { return ask_parts(r); },
       "What are the parts of the car?"},
      {Pattern("how many parts does|do B have"), [](Reader& r) { return ask_parts(r, true); },
       "How many parts does the car have?"},
      {Pattern("does|do B include A"), ask_part, ""},
      {Pattern("does|do B have A"), [](Reader& r) { return r.said(Fact::Kind::part) && ask_part(r); },
       "Does the car have an engine?"},
      // families and roles
      {Pattern("how many <kin> does|do|did B have"), ask_how_many_kin, "How many children does Ann have?"},
      {Pattern("who|what|which @be <path>"), [](Reader& r) { return ask_path(r); },
       "Who is the mother of the father of Ann?"},
      {Pattern("how many <noun> @be <path>"), [](Reader& r) { return ask_path(r, true); }, ""},
      {Pattern("@be A @the? <path>"), [](Reader& r) { return ask_path(r); }, "Is Ann the mother of Ben?"},
      {Pattern("who|whom @be A married to"),
       [](Reader& r) {
         r.asked().path = {"spouse"};
         return ask(r, Form_::kin, r.name("A"));
       },
       "Who is Tom married to?"},
      {Pattern("@be A married to B"),
       [](Reader& r) {
         r.asked().path = {"spouse"};
         const std::string a = r.name("A");
         return ask(r, Form_::kin, r.name("B"), a);
       },
       ""},
      // kinds and qualities
      {Pattern("what color|colour @be A"), ask_colour, "What color is Tom?"},
      {Pattern("what|which kind|sort|type of <noun> @be A"),
       [](Reader& r) { return ask(r, Form_::kinds, r.name("A")); }, "What kind of animal is Tom?"},
      {Pattern("how many B @be there"), [](Reader& r) { return ask_members(r, true); }, "How many animals are there?"},
      {Pattern("how many <noun> @be @the? B"), [](Reader& r) { return ask_members(r, true); },
       "How many people are kind?"},
      {Pattern("who|what can <inf>"), [](Reader& r) { return ask(r, Form_::members, "", "can " + r.low("inf")); },
       "Who can fly?"},
      {Pattern("can A <inf>"), [](Reader& r) { return ask(r, Form_::is, r.name("A"), "can " + r.low("inf")); },
       "Can Tom fly?"},
      // ties
      {Pattern("who|what @be near|beside|next_to|opposite|close_to B"),
       [](Reader& r) { return ask(r, Form_::tied_to, "", r.name("B"), "near"); }, "What is next to the door?"},
      {Pattern("@be A near|beside|next_to|opposite|close_to B"),
       [](Reader& r) {
         const std::string a = r.name("A");
         return ask(r, Form_::is_tied, a, r.name("B"), "near");
       },
       ""},
      {Pattern("who|whom|what @be A <adj> <prep>"), [](Reader& r) { return ask_tied(r); }, "What is Tom afraid of?"},
      {Pattern("who|what|which <noun>? @be <adj> <prep> B"), [](Reader& r) { return ask_tied_to(r); },
       "Who is afraid of dogs?"},
      {Pattern("how many <noun> @be <adj> <prep> B"), [](Reader& r) { return ask_tied_to(r, true); }, ""},
      {Pattern("@be A <adj> <prep> B"), ask_is_tied, "Is Tom afraid of dogs?"},
      {Pattern("who|whom|what do|does|did A <inf> <prep>?"), [](Reader& r) { return ask_tied(r); },
       "Who does Tom like?"},
      {Pattern("how many <noun> do|does|did A <inf> <prep>?"), [](Reader& r) { return ask_tied(r, true); },
       "How many dogs does Tom own?"},
      {Pattern("which|what <noun> do|does|did A <inf> <prep>?"), [](Reader& r) { return ask_tied(r); }, ""},
      {Pattern("how many <noun> <verb> <prep>? B"), [](Reader& r) { return ask_tied_to(r, true); }, ""},
      {Pattern("do|does|did A <inf> <prep>? B"), ask_is_tied, "Does Tom like Kim?"},
      {Pattern("who|what|which <noun>? <verb> <prep>? B"), [](Reader& r) { return ask_tied_to(r); }, "Who likes Kim?"},
      // the widest at last
      {Pattern("@be @all A @the? B"), ask_is, "Is every cat an animal?"},
      {Pattern("@be A @the B"), ask_is, "Is Tom an animal?"},
      {Pattern("@be A B"), ask_is, "Is Tom kind?"},
      {Pattern("who|which|which_one <noun>? @be @the? B"), [](Reader& r) { return ask_members(r); }, "Who is kind?"},
      {Pattern("what|which <noun> @be @the? B"), [](Reader& r) { return ask_members(r); }, ""},
      {Pattern("what|who @be A"), [](Reader& r) { return ask(r, Form_::kinds, r.name("A")); }, "What is Tom?"},
  };
  return forms;
}

}  // namespace trm::tasks::library::story
