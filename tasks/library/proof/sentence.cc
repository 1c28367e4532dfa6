#include "tasks/library/proof/sentence.h"

#include <algorithm>
#include <initializer_list>
#include <span>
#include <utility>

#include "tasks/base/words.h"

namespace trm::tasks::library::proof {
namespace {

using Kind = Expr::Kind;
using Words = std::initializer_list<std::string_view>;

constexpr const char* kHowToWrite = "write formulas as in 1 + 2 + ... + n = n(n + 1)/2, and words between them";

bool is_in(std::string_view word, Words words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// The words among the first `count` tokens.
std::vector<std::string> words_among(const Sentence& sentence, std::size_t count) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < std::min(count, sentence.tokens.size()); ++i)
    if (sentence.tokens[i].kind == Token::Kind::word) out.push_back(sentence.tokens[i].text);
  return out;
}
bool any_of_words(const std::vector<std::string>& words, Words wanted) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& it) { return is_in(it, wanted); });
}

bool is_letter(const Token& token) {
  return token.kind == Token::Kind::letter && token.text.size() == 1;
}

/// Which letters are the variable: n and k, and what a text says of others ("n = p"; "for all m" where neither occurs).
Letters letters_of(const std::vector<Sentence>& sentences) {
  Letters out;
  bool usual = false;
  for (const Sentence& sentence : sentences)
    for (const Token& token : sentence.tokens) usual = usual || (is_letter(token) && is_in(token.text, {"n", "k"}));
  const auto add = [&out](const std::string& letter) {
    if (std::find(out.variables.begin(), out.variables.end(), letter) == out.variables.end())
      out.variables.push_back(letter);
  };
  for (const Sentence& sentence : sentences) {
    const std::vector<Token>& tokens = sentence.tokens;
    for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
      const bool ends = i + 3 >= tokens.size() || tokens[i + 3].kind == Token::Kind::word ||
                        tokens[i + 3].kind == Token::Kind::stop || tokens[i + 3].kind == Token::Kind::relation ||
                        tokens[i + 3].is(Token::Kind::sign, "+");
      const bool begins = i == 0 || tokens[i - 1].kind == Token::Kind::word || tokens[i - 1].kind == Token::Kind::stop;
      if (is_letter(tokens[i]) && is_in(tokens[i].text, {"n", "k"}) && tokens[i + 1].is(Token::Kind::relation, "=") &&
          is_letter(tokens[i + 2]) && ends && begins)
        add(tokens[i + 2].text);
      if (!usual && tokens[i].kind == Token::Kind::word &&
          is_in(tokens[i].text, {"all", "every", "integer", "integers", "number", "numbers"}) &&
          is_letter(tokens[i + 1]))
        add(tokens[i + 1].text);
    }
  }
  return out;
}

std::optional<Condition> condition_of(const Chain& chain) {
  if (chain.goes_on || chain.parts.size() < 2 || chain.parts.size() > 3) return std::nullopt;
  Condition out;
  const Expr &first = chain.parts[0], &second = chain.parts[1];
  if (chain.relations[0] == "|" || chain.relations[0] == "%") return std::nullopt;
  const std::optional<Linear> value = linear_of(second), from = linear_of(first);
  const bool number = value && value->slope == 0, equals = chain.relations[0] == "=";
  if (first.is(Kind::symbol) && chain.parts.size() == 2 && value && (number || !equals))
    return Condition{first.name, chain.relations[0], second};
  // "1 <= j <= k": says nothing of the variable.
  if (from && from->slope == 0 && second.is(Kind::symbol) && !equals &&
      (chain.parts.size() == 2 || linear_of(chain.parts[2])))
    return Condition{second.name, "in", first};
  if (first.is(Kind::k) && value && (value->slope == 0 || (value->slope == 1 && chain.relations[0] == "="))) {
    if (chain.parts.size() == 3 && !linear_of(chain.parts[2])) return std::nullopt;
    return Condition{"", chain.relations[0], second};
  }
  // "1 <= k", "1 <= k <= n"
  if (from && from->slope == 0 && second.is(Kind::k) && is_in(chain.relations[0], {"<", "<="}) &&
      (chain.parts.size() == 2 || linear_of(chain.parts[2])))
    return Condition{"", chain.relations[0] == "<" ? ">" : ">=", first};
  return std::nullopt;
}

/// Formulas stand between words and stops.
Status read_formulas(const Sentence& sentence, const Letters& letters, const std::string& place, Said& out) {
  const std::vector<Token>& tokens = sentence.tokens;
  for (std::size_t begin = 0; begin < tokens.size();) {
    const auto outside = [](const Token& it) { return it.kind == Token::Kind::word || it.kind == Token::Kind::stop; };
    if (outside(tokens[begin])) {
      ++begin;
      continue;
    }
    std::size_t end = begin;
    bool any = false;
    while (end < tokens.size() && !outside(tokens[end])) {
      // A dash or dots alone are no formula.
      any = any || !(tokens[end].is(Token::Kind::sign, "-") || tokens[end].is(Token::Kind::sign, "...") ||
                     tokens[end].is(Token::Kind::sign, "!"));
      ++end;
    }
    // A dash between words: "Base case - n = 1".
    const bool dash = tokens[begin].is(Token::Kind::sign, "-") && begin + 1 < end && !tokens[begin + 1].tight;
    std::span<const Token> run(tokens.data() + begin, end - begin);
    if (dash && begin > 0 && tokens[begin - 1].kind == Token::Kind::word) run = run.subspan(1);
    if (run.size() > 1 && run.back().is(Token::Kind::sign, "-")) run = run.first(run.size() - 1);
    begin = end;
    if (!any) continue;
    std::string why;
    std::optional<Chain> chain = read_chain(run, letters, why);
    if (!chain) {
      std::string words;
      for (const Token& token : run) words += (words.empty() || token.tight ? "" : " ") + token.text;
      return line_error(place, sentence.line, words, "is not read as a formula: " + why, kHowToWrite);
    }
    // "S = 1 + 2 + ... + n = ..." names what follows.
    const bool names = chain->parts.size() > 2 && !chain->goes_on && chain->parts[0].is(Kind::symbol) &&
                       chain->relations[0] == "=" && chain->parts[0].name[0] <= 'Z';
    if (names) {
      chain->parts.erase(chain->parts.begin());
      chain->relations.erase(chain->relations.begin());
    }
    Formula formula;
    formula.condition = condition_of(*chain);
    formula.is_chain = !chain->relations.empty() && !formula.condition;
    formula.chain = *std::move(chain);
    out.formulas.push_back(std::move(formula));
  }
  return {};
}

/// What the variable is worth where a sentence says "n = 1" or begins with "P(1)".
std::optional<Linear> index_said(const Said& said) {
  for (const Formula& formula : said.formulas) {
    if (formula.condition && formula.condition->letter.empty() && formula.condition->relation == "=")
      return linear_of(formula.condition->value);
    const Expr* first = formula.chain.goes_on ? nullptr : &formula.chain.parts[0];
    if (first != nullptr && first->is(Kind::name) && !formula.is_chain) return linear_of(first->parts[0]);
  }
  return std::nullopt;
}

class Roles {
 public:
  void decide(const Sentence& sentence, Said& said) {
    const std::vector<std::string> lead = words_among(sentence, 5), early = words_among(sentence, 10),
                                   all = words_among(sentence, sentence.tokens.size());
    const std::string first = !sentence.tokens.empty() && sentence.tokens[0].kind == Token::Kind::word ? lead[0] : "";
    const std::optional<Linear> index = index_said(said);
    const bool at_number = index && index->slope == 0;
    said.says_bound = first == "bound";
    said.says_definition = is_in(first, {"let", "define", "given", "where", "consider"});
    said.says_fibonacci = any_of_words(all, {"fibonacci"});
    said.names_hypothesis = any_of_words(all, {"hypothesis", "assumption", "ih", "assumed"});
    for (std::size_t i = 0; i + 1 < all.size(); ++i)
      said.for_all = said.for_all || (all[i] == "for" && is_in(all[i + 1], {"all", "every", "each", "any"})) ||
                     (all[i] == "by" && is_in(all[i + 1], {"induction", "mathematical"}));
    said.whole_from_1 = any_of_words(all, {"positive", "natural", "naturals"});
    said.whole_from_0 = any_of_words(all, {"nonnegative", "non-negative"}) ||
                        (any_of_words(all, {"non"}) && any_of_words(all, {"negative"}));

    const bool says_base = any_of_words(lead, {"base", "basis", "initial", "anchor"});
    const bool uses = is_in(first, {"by", "using", "from", "since", "applying", "now", "then", "because", "where", "so",
                                    "thus", "hence", "therefore"});
    const bool assumes = any_of_words(early, {"assume", "suppose", "assuming", "supposing"});
    const bool names_hypothesis = !uses && any_of_words(lead, {"hypothesis", "assumption", "ih"});
    const bool says_step = any_of_words(lead, {"step", "inductive", "induction"}) && any_of_words(lead, {"step"});
    const bool plans = any_of_words(early, {"show", "prove", "need", "want", "must", "goal", "wts", "remains", "wish"});
    if (phase_ < Phase::hypothesis && says_base) {
      phase_ = Phase::base;
      said.role = Role::base;
    } else if (phase_ <= Phase::step && (assumes || names_hypothesis) && !says_base) {
      phase_ = Phase::hypothesis;
      said.role = Role::hypothesis;
    } else if (phase_ >= Phase::hypothesis || says_step) {
      later(first, all, index, at_number, says_step, plans, said);
    } else {
      earlier(first, index, at_number, said);
    }
    if (said.formulas.empty() && said.role != Role::hypothesis && said.role != Role::base) said.role = Role::words;
  }

 private:
  enum class Phase : unsigned char { claim, base, hypothesis, step };

  void earlier(const std::string& first, const std::optional<Linear>& index, bool at_number, Said& said) {
    const bool opens = is_in(first, {"claim", "theorem", "proposition", "lemma", "prove", "show", "statement"});
    const bool at_base = !said.formulas.empty() && at_number && !said.formulas[0].chain.parts.empty() &&
                         (said.formulas[0].condition || is_in(first, {"for", "when", "if", "case", "check", "with"}) ||
                          said.formulas[0].chain.parts[0].is(Kind::name));
    if (claimed_ && !opens && at_base) {
      phase_ = Phase::base;
    } else if (phase_ == Phase::base && index && *index == Linear{1, 0} && is_in(first, {"for", "let", "when", "if"})) {
      phase_ = Phase::hypothesis;
    } else if (phase_ == Phase::base &&
               ((index && *index == Linear{1, 1}) || (says_more(first) && speaks_of_k(said)))) {
      phase_ = Phase::step;
    }
    said.role = phase_ == Phase::claim  ? Role::claim
                : phase_ == Phase::base ? Role::base
                : phase_ == Phase::step ? Role::step
                                        : Role::hypothesis;
    claimed_ = claimed_ ||
               std::any_of(said.formulas.begin(), said.formulas.end(), [](const Formula& it) { return it.is_chain; });
  }

  static bool says_more(const std::string& first) {
    return is_in(first, {"then", "so", "therefore", "thus", "hence", "now", "consider"});
  }
  static bool speaks_of_k(const Said& said) {
    return std::any_of(said.formulas.begin(), said.formulas.end(), [](const Formula& it) {
      return it.is_chain && std::any_of(it.chain.parts.begin(), it.chain.parts.end(),
                                        [](const Expr& part) { return has_kind(part, Kind::k); });
    });
  }

  void later(const std::string& first, const std::vector<std::string>& all, const std::optional<Linear>& index,
             bool at_number, bool says_step, bool plans, Said& said) {
    const bool continues =
        phase_ == Phase::hypothesis && !says_step && !stepped_ &&
        (is_in(first, {"ie", "that", "this"}) || (index && *index == Linear{1, 0} && first == "for"));
    if (continues) {
      said.role = Role::hypothesis;
      return;
    }
    phase_ = Phase::step;
    stepped_ = true;
    const bool named_number = !said.formulas.empty() && said.formulas[0].is_chain && !said.formulas[0].chain.goes_on &&
                              said.formulas[0].chain.parts[0].is(Kind::name) &&
                              linear_of(said.formulas[0].chain.parts[0].parts[0]).value_or(Linear{1, 0}).slope == 0;
    const bool numbered = !said.formulas.empty() && said.formulas[0].condition && at_number;
    said.says_goal = any_of_words(all, {"show", "prove", "goal", "wts"}) &&
                     !any_of_words(all, {"suffices", "enough", "remains", "sufficient"});
    if (named_number || numbered) {
      said.role = Role::row;
    } else if (plans) {
      said.role = Role::goal;
    } else if (first == "conclusion" ||
               (said.for_all && any_of_words(all, {"hence", "therefore", "thus", "so", "holds", "true", "induction",
                                                   "conclude", "follows", "proved"}))) {
      said.role = Role::conclusion;
    } else {
      said.role = Role::step;
    }
  }

  Phase phase_ = Phase::claim;
  bool claimed_ = false, stepped_ = false;
};

}  // namespace

std::string_view role_name(Role role) {
  switch (role) {
    case Role::claim:
      return "claim";
    case Role::base:
      return "base case";
    case Role::hypothesis:
      return "hypothesis";
    case Role::goal:
      return "goal";
    case Role::step:
      return "step";
    case Role::conclusion:
      return "conclusion";
    case Role::row:
      return "row";
    case Role::words:
      break;
  }
  return "words";
}

Result<std::vector<Said>> read_roles(const std::vector<Sentence>& sentences, const std::string& place) {
  const Letters letters = letters_of(sentences);
  std::vector<Said> out;
  out.reserve(sentences.size());
  Roles roles;
  for (const Sentence& sentence : sentences) {
    Said said;
    said.line = sentence.line;
    said.text = sentence.text;
    // What turns a statement round is not read.
    for (const Token& token : sentence.tokens)
      if (token.kind == Token::Kind::word &&
          is_in(token.text, {"not", "doesn't", "isn't", "never", "unless", "except"}))
        return line_error(place, sentence.line, sentence.text, "says \"" + token.text + "\", which is not read",
                          "say what holds");
    if (const Status read = read_formulas(sentence, letters, place, said); !read) return read.error();
    roles.decide(sentence, said);
    out.push_back(std::move(said));
  }
  return out;
}

}  // namespace trm::tasks::library::proof
