#include "tasks/induction/checker.h"
#include "tasks/induction/reader.h"

namespace trm::tasks::induction {
namespace {

class SumChecker final : public Checker {
 public:
  bool follows(std::string_view line) override {
    Reader reader(line, names_);
    switch (stage_) {
      case Stage::claim:
        stage_ = Stage::base;
        return claim(reader);
      case Stage::base:
        stage_ = Stage::hypothesis;
        return base(reader);
      case Stage::hypothesis:
        stage_ = Stage::step;
        return hypothesis(reader);
      case Stage::step:
        stage_ = Stage::after;
        return step(reader);
      default:
        if (!in_table_ && reader.eat("= ")) return next_values(reader);
        in_table_ = true;
        return table(reader);
    }
  }
  [[nodiscard]] bool complete() const override { return stage_ == Stage::after; }

 private:
  enum class Stage { claim, base, hypothesis, step, after };

  /// The closed form is right when it is right at 1 and grows by the next term.
  bool claim(Reader& reader) {
    if (!reader.eat("Claim: S(n) = ")) return false;
    const std::optional<std::int64_t> first = reader.number();
    if (!first || !reader.eat(" + ")) return false;
    const std::optional<std::int64_t> second = reader.number();
    if (!second || !reader.eat(" + ... + ")) return false;
    const MaybeForm term = reader.term();
    if (!term || !reader.eat(" = ")) return false;
    const MaybeForm closed = reader.expression();
    if (!closed || !reader.eat(" for all n >= ")) return false;
    const std::optional<std::int64_t> start = reader.number();
    if (!start || !reader.done()) return false;
    const MaybeForm next_term = shifted(*term), next = shifted(*closed);
    if (!next_term || !next) return false;
    term_ = *term;
    closed_ = *closed;
    next_ = *next;
    start_ = *start;
    return at(*term, 1) == constant(*first) && at(*term, 2) == constant(*second) &&
           at(*closed, 1) == constant(*first) && difference(*next, *closed) == next_term;
  }

  bool base(Reader& reader) {
    if (!reader.eat("Base: S(") || reader.number() != 1 || start_ != 1 || !reader.eat(") = ")) return false;
    const MaybeForm value = at(term_, 1);
    if (!value) return false;
    names_.of_number[{'S', 1}] = *value;
    return chain(reader, [&](const Form& part) { return part == *value; }) && reader.done();
  }

  bool hypothesis(Reader& reader) {
    if (!reader.eat("Hypothesis: S(k) = ")) return false;
    const MaybeForm value = reader.expression();
    names_.of_k['S'] = closed_;
    return value == closed_ && reader.done();
  }

  bool step(Reader& reader) { return reader.eat("Step: S(k + 1) = ") && next_values(reader); }

  bool next_values(Reader& reader) {
    return chain(reader, [&](const Form& part) { return part == next_; }) && reader.done();
  }

  bool table(Reader& reader) {
    const std::int64_t index = last_ + 1;
    if (!reader.eat("S(") || reader.number() != index || !reader.eat(") = ")) return false;
    const MaybeForm added = at(term_, index);
    const MaybeForm value = added ? sum(names_.of_number[{'S', last_}], *added) : std::nullopt;
    if (!value) return false;
    if (!chain(reader, [&](const Form& part) { return part == *value; }) || !reader.done()) return false;
    names_.of_number = {{{'S', index}, *value}};  // the next line follows from this one alone
    last_ = index;
    return true;
  }

  Stage stage_ = Stage::claim;
  bool in_table_ = false;
  Names names_;
  Form term_, closed_, next_;
  std::int64_t start_ = 0;
  std::int64_t last_ = 1;  ///< line of the table
};

}  // namespace

std::unique_ptr<Checker> sum_checker() {
  return std::make_unique<SumChecker>();
}

}  // namespace trm::tasks::induction
