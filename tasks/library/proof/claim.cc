#include "tasks/library/proof/claim.h"

#include <algorithm>
#include <utility>

namespace trm::tasks::library::proof {
namespace {

using Kind = Expr::Kind;

constexpr const char* kHowToClaim =
    "begin with a claim, such as \"Claim: 1 + 2 + ... + n = n(n + 1)/2 for all n >= 1\", \"3 | n^3 - n\" or \"2^n > "
    "n^2 "
    "for n >= 5\"";

bool all_equal_signs(const Chain& chain) {
  return std::all_of(chain.relations.begin(), chain.relations.end(), [](const std::string& it) { return it == "="; });
}

bool names(const Expr& tree, const std::string& name) {
  if (tree.is(Kind::name) && tree.name == name) return true;
  return std::any_of(tree.parts.begin(), tree.parts.end(), [&](const Expr& part) { return names(part, name); });
}

void name_offsets(const Expr& tree, const std::string& name, std::vector<std::int64_t>& out) {
  if (tree.is(Kind::name) && tree.name == name)
    if (const std::optional<Linear> index = linear_of(tree.parts[0]); index && index->slope == 1)
      out.push_back(index->offset);
  for (const Expr& part : tree.parts) name_offsets(part, name, out);
}

std::optional<Linear> index_of(const Expr& tree) {
  return tree.is(Kind::name) ? linear_of(tree.parts[0]) : std::nullopt;
}

/// The number that is multiplied by the letter in "7m". Nothing: it is something else.
std::optional<std::int64_t> times_letter(const Expr& tree, std::string& letter) {
  if (!tree.is(Kind::product) || tree.parts.size() != 2 || tree.flipped[1]) return std::nullopt;
  const Expr &a = tree.parts[0], &b = tree.parts[1];
  const Expr &number = a.is(Kind::number) ? a : b, &symbol = a.is(Kind::number) ? b : a;
  if (!number.is(Kind::number) || !symbol.is(Kind::symbol)) return std::nullopt;
  letter = symbol.name;
  return number.value;
}

struct Rule {
  std::vector<std::pair<std::int64_t, Expr>> given;
  std::optional<std::pair<std::int64_t, Expr>> rule;
};

class ClaimReader {
 public:
  ClaimReader(const std::vector<Said>& proof, const std::string& place) : proof_(proof), place_(place) {}

  Result<Claim> read() {
    for (const Said& said : proof_) {
      out_.fibonacci = said.says_fibonacci ? "F" : out_.fibonacci;
      for (const Formula& formula : said.formulas)
        if (formula.condition && !formula.condition->letter.empty() && formula.condition->relation == "=" &&
            said.role != Role::hypothesis && said.role != Role::step)
          out_.numbers[formula.condition->letter] = formula.condition->value;
      if (said.role != Role::claim) continue;
      for (const Formula& formula : said.formulas) {
        if (formula.condition) {
          start_from(*formula.condition);
        } else if (formula.is_chain) {
          take(said, formula.chain);
        }
      }
      if (!out_.start && said.whole_from_0) out_.start = 0;
      if (!out_.start && said.whole_from_1) out_.start = 1;
    }
    if (chain_ == nullptr)
      return Error{ErrorCode::bad_input, place_, "claim", "there is none that is read", kHowToClaim};
    if (!fibonacci())
      return error("gives " + out_.fibonacci + "(n) other first values or another rule than Fibonacci numbers have",
                   "give F(1) = F(2) = 1 and F(n + 2) = F(n + 1) + F(n), or nothing")
          .error();
    if (const Status status = analyse(); !status) return status.error();
    if (!out_.start) out_.start = start_of_base();
    return out_;
  }

 private:
  void start_from(const Condition& condition) {
    const std::optional<Linear> value = linear_of(condition.value);
    if (!condition.letter.empty() || !value || value->slope != 0 || out_.start) return;
    if (condition.relation == ">=") out_.start = value->offset;
    if (condition.relation == ">") out_.start = value->offset + 1;
  }

  void take(const Said& said, const Chain& chain) {
    if (chain.goes_on) return;
    const Expr& first = chain.parts[0];
    const std::optional<Linear> index = index_of(first);
    if (index && all_equal_signs(chain)) {
      Rule& rule = rules_[first.name];
      const Expr& last = chain.parts.back();
      if (index->slope == 0) {
        // "F(1) = F(2) = 1"
        for (const Expr& part : chain.parts)
          if (const std::optional<Linear> number = index_of(part); number && number->slope == 0)
            rule.given.emplace_back(number->offset, last);
        return;
      }
      if (index->slope == 1 && names(chain.parts[1], first.name) && chain.parts.size() == 2 &&
          !has_kind(chain.parts[1], Kind::series)) {
        rule.rule = {index->offset, chain.parts[1]};
        return;
      }
      if (chain.parts.size() == 2 && last.is(Kind::series)) {
        named_series_[first.name] = last;
        if (said.says_definition) return;
      }
    }
    if (index && chain_ != nullptr && chain_->parts.size() == 2 && chain_->parts[1].is(Kind::series)) chain_ = nullptr;
    if (chain_ != nullptr) return;
    chain_ = &chain;
    out_.line = said.line;
    text_ = said.text;
  }

  /// Names that Fibonacci numbers have: F, or one whose rule says so.
  bool fibonacci() {
    for (const auto& [name, rule] : rules_) {
      const bool sum = rule.rule && rule.rule->second.is(Kind::sum) && rule.rule->second.parts.size() == 2;
      if (!sum && rule.rule && name == out_.fibonacci) return false;
      if (!sum) continue;
      std::vector<std::int64_t> offsets;
      for (std::size_t i = 0; i < 2; ++i)
        if (!rule.rule->second.flipped[i] && rule.rule->second.parts[i].is(Kind::name))
          name_offsets(rule.rule->second.parts[i], name, offsets);
      std::sort(offsets.begin(), offsets.end());
      const bool adds = offsets == std::vector<std::int64_t>{rule.rule->first - 2, rule.rule->first - 1};
      const bool begins = std::all_of(rule.given.begin(), rule.given.end(), [](const auto& it) {
        return it.second.is(Kind::number) && it.first >= 0 && it.first <= 2 &&
               it.second.value == (it.first == 0 ? 0 : 1);
      });
      const bool is_one = adds && begins && rule.given.size() >= 2;
      if (name == out_.fibonacci && !is_one) return false;
      if (is_one) out_.fibonacci = name;
    }
    for (const Expr& part : chain_->parts)
      if (out_.fibonacci.empty() && names(part, "F") && !rules_.contains("F") &&
          !(chain_->parts[0].is(Kind::name) && chain_->parts[0].name == "F"))
        out_.fibonacci = "F";
    return true;
  }

  Status error(std::string why, std::string fix = kHowToClaim) {
    return line_error(place_, out_.line, text_, std::move(why), std::move(fix));
  }

  Status analyse() {
    const Chain& chain = *chain_;
    const std::vector<std::string>& relations = chain.relations;
    const auto found =
        std::find_if(relations.begin(), relations.end(), [](const std::string& it) { return it != "="; });
    if (found != relations.end()) {
      const auto at = static_cast<std::size_t>(found - relations.begin());
      if (*found == "|" || *found == "%") return divisibility(at);
      if (relations.size() != 1) return error("compares more than two sides", "claim that one side is above the other");
      out_.kind = Claim::Kind::inequality;
      const bool less = (*found)[0] == '<';
      out_.left = chain.parts[less ? 1 : 0];
      out_.right = chain.parts[less ? 0 : 1];
      out_.strict = found->size() == 1;
      for (const Expr* side : {&out_.left, &out_.right})
        if (has_kind(*side, Kind::series))
          return error("compares a sum with \"...\", which is not decided", "claim what the sum is equal to");
      return {};
    }
    return equality();
  }

  Status divisibility(std::size_t at) {
    const Chain& chain = *chain_;
    out_.kind = Claim::Kind::divisibility;
    const bool in_front = chain.relations[at] == "|";
    const Expr& number = chain.parts[in_front ? at : at + 1];
    const std::optional<Linear> divisor = linear_of(number);
    if (!divisor || divisor->slope != 0 || divisor->offset < 1) return error("has no number above 0 as its divisor");
    if (in_front ? at != 0 : at + 2 != chain.parts.size()) return error("is not read as a claim about multiples");
    out_.divisor = divisor->offset;
    const std::size_t first = in_front ? 1 : 0, last = in_front ? chain.parts.size() - 1 : at;
    if (index_of(chain.parts[first]) && first < last) out_.name = chain.parts[first].name;
    out_.left = chain.parts[last];
    return {};
  }

  Status equality() {
    const Chain& chain = *chain_;
    const std::optional<Linear> index = index_of(chain.parts[0]);
    if (index && *index == Linear{1, 0} && chain.parts[0].name != out_.fibonacci) out_.name = chain.parts[0].name;
    std::string letter;
    if (const auto divisor = times_letter(chain.parts.back(), letter); divisor && !out_.numbers.contains(letter)) {
      out_.kind = Claim::Kind::divisibility;
      out_.divisor = *divisor;
      out_.left = chain.parts[chain.parts.size() - 2];
      if (out_.divisor < 1) return error("has no number above 0 as its divisor");
      return {};
    }
    const Expr* series = nullptr;
    std::size_t at = 0;
    for (std::size_t i = 0; i < chain.parts.size(); ++i)
      if (series == nullptr && has_kind(chain.parts[i], Kind::series)) {
        series = &chain.parts[i];
        at = i;
      }
    if (series == nullptr && !out_.name.empty() && named_series_.contains(out_.name)) {
      series = &named_series_[out_.name];
      at = 0;
    }
    if (series != nullptr) {
      out_.right = at + 1 == chain.parts.size() && at > 0 && !index ? chain.parts[0] : chain.parts.back();
      if (has_kind(out_.right, Kind::series)) return error("says nothing of what the sum is equal to");
      return take_series(*series);
    }
    if (!out_.name.empty()) {
      const auto found = rules_.find(out_.name);
      if (found == rules_.end() || !found->second.rule || found->second.given.empty())
        return error("is about " + out_.name + "(n), of which no sum and no recurrence is given",
                     "say what it is: \"a(1) = 1, a(n + 1) = 2a(n) + 1. Claim: a(n) = 2^n - 1\"");
      out_.kind = Claim::Kind::sequence;
      out_.given = found->second.given;
      out_.rule_offset = found->second.rule->first;
      out_.rule = found->second.rule->second;
      out_.right = chain.parts.back();
      std::sort(out_.given.begin(), out_.given.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
      if (static_cast<std::int64_t>(out_.given.size()) < depth_of_rule(out_))
        return error("is about a sequence with fewer first values than its rule needs", "give as many first values");
      if (!out_.start) out_.start = out_.given.front().first;
      return {};
    }
    out_.kind = Claim::Kind::identity;
    out_.left = chain.parts[0];
    out_.right = chain.parts.back();
    return {};
  }

  Status take_series(const Expr& tree) {
    out_.kind = Claim::Kind::series;
    const Expr* series = &tree;
    if ((tree.is(Kind::sum) || tree.is(Kind::product)) && tree.parts.size() == 2 && tree.parts[0].is(Kind::series) &&
        !tree.flipped[1] && (tree.parts[0].name == "+") == tree.is(Kind::sum)) {
      // "1 + 2 + ... + (n - 1) + n"
      series = &tree.parts[0];
      out_.before_last = series->parts.back();
      out_.term = tree.parts[1];
    } else if (tree.is(Kind::series)) {
      out_.term = tree.parts.back();
    } else {
      return error("has a sum with \"...\" inside a longer expression", "write the sum alone on one side");
    }
    out_.series = *series;
    out_.first_terms.assign(series->parts.begin(), series->parts.end() - 1);
    if (has_kind(out_.term, Kind::series)) return error("has a sum within a sum, which is not decided");
    return {};
  }

  [[nodiscard]] std::int64_t start_of_base() const {
    for (const Said& said : proof_) {
      if (said.role != Role::base) continue;
      for (const Formula& formula : said.formulas) {
        std::optional<Linear> index;
        if (formula.condition && formula.condition->letter.empty() && formula.condition->relation == "=")
          index = linear_of(formula.condition->value);
        if (!formula.condition && !formula.chain.goes_on) index = index_of(formula.chain.parts[0]);
        if (index && index->slope == 0) return index->offset;
      }
    }
    return 1;
  }

  const std::vector<Said>& proof_;
  const std::string& place_;
  Claim out_;
  const Chain* chain_ = nullptr;
  std::string text_;
  std::map<std::string, Rule> rules_;
  std::map<std::string, Expr> named_series_;
};

}  // namespace

std::int64_t depth_of_rule(const Claim& claim) {
  std::vector<std::int64_t> offsets;
  name_offsets(claim.rule, claim.name, offsets);
  std::int64_t out = 1;
  for (const std::int64_t offset : offsets) out = std::max(out, claim.rule_offset - offset);
  return out;
}

Result<Claim> read_claim(const std::vector<Said>& proof, const std::string& place) {
  return ClaimReader(proof, place).read();
}

}  // namespace trm::tasks::library::proof
