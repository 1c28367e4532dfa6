// Expressions as students write them: trees, and what is done to trees without calculating them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trm::tasks::library::proof {

struct Token {
  enum class Kind : unsigned char {
    number,
    letter,    ///< one letter that may stand for a number
    word,      ///< of a sentence, in small letters
    sign,      ///< + - * / ^ ! _ ( ) and "..."
    relation,  ///< = > < >= <=, "|" for divides, "%" for "is divisible by"
    stop       ///< between formulas: , : => or what is put in parentheses
  };
  Kind kind = Kind::stop;
  std::string text;
  bool tight = false;     ///< no blank before it
  bool is_stop = false;   ///< a full stop: the sentence ends
  std::size_t begin = 0;  ///< in the line
  [[nodiscard]] bool is(Kind other, std::string_view what) const { return kind == other && text == what; }
};

struct Expr {
  enum class Kind : unsigned char {
    number,
    k,          ///< n or k: the variable of the proof
    symbol,     ///< another letter: m of "= 7m"
    name,       ///< S(k + 1): parts[0] is the index
    side,       ///< name "L" or "R": the left or the right side of the claim
    sum,        ///< parts that are flipped are subtracted
    product,    ///< by parts that are flipped it is divided
    power,      ///< parts[0] ^ parts[1]
    factorial,  ///< of parts[0]
    series,     ///< name "+" or "*"; the first terms, then the last; lower: of "sum_{i=0}^{n} 2^i", whose last is 2^n
  };
  Kind kind = Kind::number;
  std::int64_t value = 0;
  std::string name;
  std::vector<Expr> parts;
  std::vector<bool> flipped;
  std::optional<std::int64_t> lower;

  [[nodiscard]] bool is(Kind other) const { return kind == other; }
};

Expr number_expr(std::int64_t value);
Expr variable_expr();
Expr plus_expr(Expr left, Expr right, bool minus = false);
Expr times_expr(Expr left, Expr right);

/// a k + b, with small a and b
struct Linear {
  std::int64_t slope = 0, offset = 0;
  bool operator==(const Linear&) const = default;
};
std::optional<Linear> linear_of(const Expr& tree);
bool has_kind(const Expr& tree, Expr::Kind kind);
/// The same tree with `by` in place of k.
Expr with_k(const Expr& tree, const Expr& by);
/// The letters that stand for something else than the variable.
void collect_symbols(const Expr& tree, std::vector<std::string>& out);
/// Equal for expressions that are written alike, but for k + 1 + 1 and k + 2 and the order in products.
std::string shape_text(const Expr& tree);

/// "A = B > C"; the first expression may be missing: "= B".
struct Chain {
  std::vector<Expr> parts;
  std::vector<std::string> relations;  ///< relations[i] stands before parts[i + 1], or before parts[i] where `goes_on`
  bool goes_on = false;
};

struct Letters {
  std::vector<std::string> variables = {"n", "k"};  ///< letters of the variable
};
/// All of the tokens. Nothing: they are no formula; why says the reason.
std::optional<Chain> read_chain(std::span<const Token> tokens, const Letters& letters, std::string& why);

}  // namespace trm::tasks::library::proof
