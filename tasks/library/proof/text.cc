#include "tasks/library/proof/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "tasks/base/words.h"

namespace trm::tasks::library::proof {
namespace {

constexpr std::size_t kMostLineBytes = 4000;

using Pair = std::pair<std::string_view, std::string_view>;

/// What stands for ASCII. Superscripts and subscripts are read by themselves.
constexpr std::array kSigns = {Pair{"≥", " >= "},        Pair{"≤", " <= "},       Pair{"⩾", " >= "},
                               Pair{"⩽", " <= "},        Pair{"·", "*"},          Pair{"×", "*"},
                               Pair{"⋅", "*"},           Pair{"∙", "*"},          Pair{"•", "*"},
                               Pair{"÷", "/"},           Pair{"…", "..."},        Pair{"⋯", "..."},
                               Pair{"−", "-"},           Pair{"–", "-"},          Pair{"—", " , "},
                               Pair{"∣", " | "},         Pair{"Σ", "sum"},        Pair{"∑", "sum"},
                               Pair{"∏", "prod"},        Pair{"∎", " QED "},      Pair{"□", " QED "},
                               Pair{"■", " QED "},       Pair{"⇒", " => "},       Pair{"→", " => "},
                               Pair{"⟹", " => "},        Pair{"⇔", " => "},       Pair{"∈", " in "},
                               Pair{"ℕ", " naturals "},  Pair{"ℤ", " integers "}, Pair{"∀", " for all "},
                               Pair{"∃", " for some "},  Pair{"✓", " "},          Pair{"✔", " "},
                               Pair{"“", " "},           Pair{"”", " "},          Pair{"’", "'"},
                               Pair{"‘", "'"},           Pair{"\u00a0", " "},     Pair{"\u2009", " "},
                               Pair{"\u202f", " "},      Pair{"½", "(1/2)"},      Pair{"≠", " differs from "},
                               Pair{"∴", " therefore "}, Pair{"∵", " since "},    Pair{"\ufeff", ""}};
constexpr std::array kUpper = {Pair{"⁰", "0"}, Pair{"¹", "1"}, Pair{"²", "2"}, Pair{"³", "3"},
                               Pair{"⁴", "4"}, Pair{"⁵", "5"}, Pair{"⁶", "6"}, Pair{"⁷", "7"},
                               Pair{"⁸", "8"}, Pair{"⁹", "9"}, Pair{"ⁿ", "n"}, Pair{"ᵏ", "k"},
                               Pair{"⁺", "+"}, Pair{"⁻", "-"}, Pair{"⁽", "("}, Pair{"⁾", ")"}};
constexpr std::array kLower = {Pair{"₀", "0"}, Pair{"₁", "1"}, Pair{"₂", "2"}, Pair{"₃", "3"}, Pair{"₄", "4"},
                               Pair{"₅", "5"}, Pair{"₆", "6"}, Pair{"₇", "7"}, Pair{"₈", "8"}, Pair{"₉", "9"},
                               Pair{"ₙ", "n"}, Pair{"ₖ", "k"}, Pair{"₊", "+"}, Pair{"₋", "-"}};
/// Words that mean a sign, and abbreviations whose full stop ends no sentence. In small letters.
constexpr std::array kPhrases = {Pair{"is divisible by", " %% "},
                                 Pair{"are divisible by", " %% "},
                                 Pair{"is a multiple of", " %% "},
                                 Pair{"divisible by", " %% "},
                                 Pair{"a multiple of", " %% "},
                                 Pair{"multiple of", " %% "},
                                 Pair{"is even", " %% 2 "},
                                 Pair{"divides", " | "},
                                 Pair{"is greater than or equal to", " >= "},
                                 Pair{"is at least", " >= "},
                                 Pair{"is greater than", " > "},
                                 Pair{"is less than", " < "},
                                 Pair{"is at most", " <= "},
                                 Pair{"is equal to", " = "},
                                 Pair{"equals", " = "},
                                 Pair{"both sides equal", " , LHS = RHS = "},
                                 Pair{"both sides are equal to", " , LHS = RHS = "},
                                 Pair{"both sides are", " , LHS = RHS = "},
                                 Pair{"both sides give", " , LHS = RHS = "},
                                 Pair{"i.e.", " ie "},
                                 Pair{"e.g.", " eg "},
                                 Pair{"l.h.s.", " LHS "},
                                 Pair{"r.h.s.", " RHS "},
                                 Pair{"left-hand side", " LHS "},
                                 Pair{"right-hand side", " RHS "},
                                 Pair{"left hand side", " LHS "},
                                 Pair{"right hand side", " RHS "},
                                 Pair{"left side", " LHS "},
                                 Pair{"right side", " RHS "},
                                 Pair{"left side is", " LHS = "},
                                 Pair{"right side is", " RHS = "},
                                 Pair{"left-hand side is", " LHS = "},
                                 Pair{"right-hand side is", " RHS = "},
                                 Pair{"left hand side is", " LHS = "},
                                 Pair{"right hand side is", " RHS = "},
                                 Pair{"lhs is", " LHS = "},
                                 Pair{"rhs is", " RHS = "},
                                 Pair{"w.t.s.", " wts "},
                                 Pair{"q.e.d.", " QED "},
                                 Pair{"s.t.", " so that "},
                                 Pair{"i.h.", " ih "},
                                 Pair{"w.l.o.g.", " "},
                                 Pair{"lhs", " LHS "},
                                 Pair{"rhs", " RHS "},
                                 Pair{"resp.", " and "}};

bool letter_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool digit_char(char c) {
  return c >= '0' && c <= '9';
}
bool blank_char(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
char small_char(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string small_text(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), small_char);
  return out;
}

std::string_view cut(std::string_view text) {
  while (!text.empty() && blank_char(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank_char(text.back())) text.remove_suffix(1);
  return text;
}

template <std::size_t N>
const Pair* starting(const std::array<Pair, N>& table, std::string_view text) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Pair& it) { return text.starts_with(it.first); });
  return found == table.end() ? nullptr : &*found;
}

/// "²" and "ⁿ⁺¹" as "^(2)" and "^(n+1)".
template <std::size_t N>
bool raised_signs(const std::array<Pair, N>& table, std::string_view before, std::string_view& text, std::string& out) {
  const Pair* found = starting(table, text);
  if (found == nullptr) return false;
  out += before;
  for (; found != nullptr; found = starting(table, text)) {
    out += found->second;
    text.remove_prefix(found->first.size());
  }
  out += ")";
  return true;
}

/// Nothing: a sign that is not read, which `sign` then holds.
std::optional<std::string> as_ascii(std::string_view text, std::string& sign) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    if (static_cast<unsigned char>(text[0]) < 0x80) {
      out += text[0];
      text.remove_prefix(1);
      continue;
    }
    if (const Pair* found = starting(kSigns, text)) {
      out += found->second;
      text.remove_prefix(found->first.size());
      continue;
    }
    if (raised_signs(kUpper, "^(", text, out) || raised_signs(kLower, "_(", text, out)) continue;
    std::size_t size = 1;
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80) ++size;
    // Letters with accents belong to words.
    const unsigned char lead = static_cast<unsigned char>(text[0]);
    if (lead < 0xC3 || lead > 0xC9 || size != 2) {
      sign = std::string(text.substr(0, size));
      return std::nullopt;
    }
    out += "ee";
    text.remove_prefix(size);
  }
  return out;
}

/// Phrases as signs. A phrase stands between characters that are no letters.
std::string with_phrases(std::string_view text) {
  const std::string small = small_text(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const bool begins = letter_char(small[i]) && (i == 0 || !letter_char(small[i - 1]));
    const Pair* best = nullptr;
    if (begins) {
      for (const Pair& it : kPhrases) {
        const std::size_t end = i + it.first.size();
        if (std::string_view(small).substr(i).starts_with(it.first) &&
            (end >= small.size() || !letter_char(small[end]) || !letter_char(it.first.back())) &&
            (best == nullptr || it.first.size() > best->first.size()))
          best = &it;
      }
    }
    if (best == nullptr) {
      out += text[i++];
    } else {
      out += best->second;
      i += best->first.size();
    }
  }
  return out;
}

/// "nx" and "kn" are products; "no" is a word.
bool is_letters_product(std::string_view word) {
  if (word.size() > 3 || std::string_view("nk").find(word[0]) == std::string_view::npos) return false;
  const std::string_view letters = word.size() == 2 ? "nkabcdgmpqrxyz" : "nkxrmg";
  return std::all_of(word.begin(), word.end(), [&](char c) { return letters.find(c) != std::string_view::npos; });
}

void add_token(std::vector<Token>& out, Token::Kind kind, std::string text, bool tight, std::size_t begin) {
  out.push_back({kind, std::move(text), tight, false, begin});
}

/// Nothing: `sign` is not read.
std::optional<std::vector<Token>> tokens_of(std::string_view text, std::string& sign) {
  std::vector<Token> out;
  const auto at = [&](std::size_t i) { return i < text.size() ? text[i] : '\0'; };
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    const bool tight = i > 0 && !blank_char(text[i - 1]);
    const std::size_t begin = i;
    if (blank_char(c)) {
      ++i;
    } else if (digit_char(c)) {
      while (digit_char(at(i)) || (at(i) == ',' && digit_char(at(i + 1)) && digit_char(at(i + 2)) &&
                                   digit_char(at(i + 3)) && !digit_char(at(i + 4)) && i - begin <= 3))
        ++i;
      std::string digits(text.substr(begin, i - begin));
      std::erase(digits, ',');
      if (at(i) == '.' && digit_char(at(i + 1))) {
        sign = digits + "." + at(i + 1);
        return std::nullopt;
      }
      const std::size_t zeros = std::min(digits.find_first_not_of('0'), digits.size() - 1);
      add_token(out, Token::Kind::number, digits.substr(zeros), tight, begin);
    } else if (letter_char(c) || c == '\'') {
      while (letter_char(at(i)) || (at(i) == '\'' && letter_char(at(i + 1)))) ++i;
      if (i == begin) {
        ++i;
        continue;
      }
      std::string word(text.substr(begin, i - begin));
      // "a multiple" and "I claim", but "2a" and "a + d".
      const std::size_t after = std::min(text.find_first_not_of(' ', i), text.size());
      const bool article = (word == "a" || word == "A" || word == "I") && after > i && letter_char(at(after)) &&
                           letter_char(at(after + 1)) && !tight;
      const bool operation = (word == "sum" || word == "prod") && at(i) == '_';
      if (word == "LHS" || word == "RHS" || operation || (word.size() == 1 && !article)) {
        add_token(out, Token::Kind::letter, word, tight, begin);
      } else if (is_letters_product(word)) {
        for (std::size_t j = 0; j < word.size(); ++j)
          add_token(out, Token::Kind::letter, word.substr(j, 1), j > 0 || tight, begin + j);
      } else {
        add_token(out, Token::Kind::word, small_text(word), tight, begin);
      }
    } else if (c == '.') {
      // "...", ". . ." and "..": dots between terms. One dot ends a sentence.
      std::size_t dots = 0, j = i;
      while (at(j) == '.' || (blank_char(at(j)) && dots > 0 && at(j + 1) == '.')) dots += text[j++] == '.' ? 1 : 0;
      if (dots > 1) {
        add_token(out, Token::Kind::sign, "...", tight, begin);
      } else {
        add_token(out, Token::Kind::stop, ".", tight, begin);
        out.back().is_stop = true;
      }
      i = j;
    } else if (text.substr(i).starts_with("**")) {
      add_token(out, Token::Kind::sign, "^", tight, begin);
      i += 2;
    } else if (text.substr(i).starts_with("%%")) {
      add_token(out, Token::Kind::relation, "%", tight, begin);
      i += 2;
    } else if (text.substr(i).starts_with("=>") || text.substr(i).starts_with("->")) {
      add_token(out, Token::Kind::stop, "=>", tight, begin);
      i += 2;
    } else if (text.substr(i).starts_with(">=") || text.substr(i).starts_with("<=")) {
      add_token(out, Token::Kind::relation, std::string(text.substr(i, 2)), tight, begin);
      i += 2;
    } else if (c == '=' || c == '<' || c == '>' || c == '|') {
      add_token(out, Token::Kind::relation, std::string(1, c), tight, begin);
      ++i;
    } else if (std::string_view("+-*/^!_()[]{}").find(c) != std::string_view::npos) {
      const char same = c == '[' || c == '{' ? '(' : c == ']' || c == '}' ? ')' : c;
      add_token(out, Token::Kind::sign, std::string(1, same), tight, begin);
      ++i;
    } else if (std::string_view(",:?\"`").find(c) != std::string_view::npos) {
      add_token(out, Token::Kind::stop, std::string(1, c), tight, begin);
      ++i;
    } else {
      sign = std::string(1, c);
      return std::nullopt;
    }
  }
  return out;
}

/// What stands in parentheses with a word, a relation or a comma is a remark: "(n = 1)", "(by the hypothesis)".
void open_remarks(std::vector<Token>& tokens) {
  std::vector<std::size_t> open;
  std::vector<std::pair<std::size_t, std::size_t>> remarks;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].is(Token::Kind::sign, "(")) open.push_back(i);
    if (!tokens[i].is(Token::Kind::sign, ")") || open.empty()) continue;
    const std::size_t begin = open.back();
    open.pop_back();
    if (begin > 0 && tokens[begin - 1].is(Token::Kind::sign, "_")) continue;
    const auto inside = [](const Token& it) {
      return it.kind == Token::Kind::word || it.kind == Token::Kind::relation || it.kind == Token::Kind::stop;
    };
    if (std::any_of(tokens.begin() + static_cast<std::ptrdiff_t>(begin),
                    tokens.begin() + static_cast<std::ptrdiff_t>(i), inside))
      remarks.emplace_back(begin, i);
  }
  for (const auto& remark : remarks)
    for (const std::size_t i : {remark.first, remark.second})
      tokens[i] = {Token::Kind::stop, ",", true, false, tokens[i].begin};
}

/// "sum from i = 1 to n of i^2" as "sum_(i = 1)^(n) i^2".
void write_sums(std::vector<Token>& tokens) {
  const auto word = [](const Token& it, std::string_view what) { return it.is(Token::Kind::word, what); };
  std::vector<Token> out;
  out.reserve(tokens.size());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool begins = word(tokens[i], "sum") && i + 3 < tokens.size() && word(tokens[i + 1], "from") &&
                        tokens[i + 2].kind == Token::Kind::letter && tokens[i + 3].is(Token::Kind::relation, "=");
    const auto begin = tokens.begin() + static_cast<std::ptrdiff_t>(i);
    const auto to =
        begins ? std::find_if(begin, tokens.end(), [&](const Token& it) { return word(it, "to"); }) : tokens.end();
    const auto of = std::find_if(to, tokens.end(), [&](const Token& it) { return word(it, "of"); });
    if (of == tokens.end()) {
      out.push_back(tokens[i]);
      continue;
    }
    const auto sign = [&](std::string_view text) {
      add_token(out, Token::Kind::sign, std::string(text), true, begin->begin);
    };
    add_token(out, Token::Kind::letter, "sum", false, begin->begin);
    sign("_");
    sign("(");
    out.insert(out.end(), begin + 2, to);
    sign(")");
    sign("^");
    sign("(");
    out.insert(out.end(), to + 1, of);
    sign(")");
    i = static_cast<std::size_t>(of - tokens.begin());
  }
  tokens = std::move(out);
}

/// Digits of "12. " or "12) " at the beginning.
std::size_t number_digits(std::string_view line) {
  const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
  if (digits == 0 || digits + 1 >= line.size() || (line[digits] != '.' && line[digits] != ')')) return 0;
  return blank_char(line[digits + 1]) ? digits : 0;
}

void add_sentences(std::vector<Sentence>& out, std::size_t line, std::string_view text, std::vector<Token> tokens) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= tokens.size(); ++i) {
    if (i < tokens.size() && !tokens[i].is_stop) continue;
    if (i > begin) {
      const std::size_t from = tokens[begin].begin, to = i < tokens.size() ? tokens[i].begin : text.size();
      out.push_back(
          {line,
           std::string(cut(text.substr(from, to - from))),
           {tokens.begin() + static_cast<std::ptrdiff_t>(begin), tokens.begin() + static_cast<std::ptrdiff_t>(i)}});
    }
    begin = i + 1;
  }
}

}  // namespace

Error line_error(const std::string& place, std::size_t line, std::string_view words, std::string why, std::string fix) {
  return {ErrorCode::bad_input, place, "line " + std::to_string(line), in_quotes(words) + " " + std::move(why),
          std::move(fix)};
}

Result<std::vector<Sentence>> read_sentences(std::string_view text, const std::string& place) {
  const auto error = [&](std::string message, std::string fix) {
    return Error{ErrorCode::bad_input, place, "proof", std::move(message), std::move(fix)};
  };
  if (text.size() > kMostProofBytes)
    return error("has " + std::to_string(text.size()) + " bytes",
                 "write at most " + std::to_string(kMostProofBytes) + " bytes");
  std::vector<Sentence> out;
  std::size_t lines = 0;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find_first_of(";\n", begin), text.size());
    std::string_view line = cut(text.substr(begin, end - begin));
    begin = end + 1;
    if (line.empty()) continue;
    if (++lines > kMostLines)
      return error("has more than " + std::to_string(kMostLines) + " lines",
                   "write at most " + std::to_string(kMostLines));
    const std::string number = std::to_string(lines);
    if (const std::size_t digits = number_digits(line); digits > 0) {
      if (line.substr(0, digits) != number)
        return error("line " + number + " is numbered " + in_quotes(line.substr(0, digits)),
                     "number lines from 1, or not at all");
      line = cut(line.substr(digits + 1));
    }
    if (line.size() > kMostLineBytes)
      return line_error(place, lines, line, "has " + std::to_string(line.size()) + " bytes",
                        "write lines of at most " + std::to_string(kMostLineBytes) + " bytes");
    std::string sign;
    const std::optional<std::string> ascii = as_ascii(line, sign);
    const std::string plain = ascii ? with_phrases(*ascii) : std::string();
    std::optional<std::vector<Token>> tokens = ascii ? tokens_of(plain, sign) : std::nullopt;
    if (!tokens)
      return line_error(place, lines, line, "holds " + in_quotes(sign) + ", which is not read",
                        "write whole numbers, letters, + - * / ^ ! ( ), = < > <= >= and |");
    write_sums(*tokens);
    open_remarks(*tokens);
    const std::size_t before = out.size();
    add_sentences(out, lines, plain, *std::move(tokens));
    if (out.size() == before + 1) out.back().text = line;
  }
  if (out.empty()) return error("is empty", "write its lines, with ; between them");
  // A text that is all on one line says where something is wrong by its sentences.
  if (lines == 1)
    for (std::size_t i = 0; i < out.size(); ++i) out[i].line = i + 1;
  return out;
}

}  // namespace trm::tasks::library::proof
