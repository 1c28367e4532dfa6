#include <algorithm>

#include "tasks/recursion/program/run.h"

namespace trm::tasks::program {
namespace {

using Kind = Expression::Kind;

class Interpreter {
 public:
  Interpreter(const Program& program, std::size_t most_calls) : program_(program), most_calls_(most_calls) {}

  Run run(const State& start) {
    run_.value = call(start);
    return std::move(run_);
  }

 private:
  /// After something went wrong everything is 0 and nothing more is called.
  [[nodiscard]] bool stopped() const { return run_.ending != Ending::value; }
  std::uint32_t stop(Ending ending) {
    if (!stopped()) run_.ending = ending;
    return 0;
  }

  std::uint32_t call(const State& state) {
    if (stopped()) return 0;
    if (run_.calls.size() == most_calls_) return stop(Ending::too_many_calls);
    run_.calls.push_back(state);
    if (std::find(open_.begin(), open_.end(), state) != open_.end()) return stop(Ending::repeats);
    open_.push_back(state);
    const FunctionText& function = program_.functions[state.function];
    const std::uint32_t n = state.argument;
    const auto branch = std::find_if(function.branches.begin(), function.branches.end(),
                                     [n](const Branch& b) { return b.equal ? n == b.number : n < b.number; });
    const std::uint32_t value = evaluate(branch != function.branches.end() ? branch->value : function.otherwise, n);
    open_.pop_back();
    return value;
  }

  std::uint32_t evaluate(const Expression& e, std::uint32_t n) {
    if (e.kind == Kind::number) return e.number;
    if (e.kind == Kind::argument) return n;
    const std::uint32_t a = evaluate(e.of[0], n);
    const std::uint32_t b = e.of.size() > 1 ? evaluate(e.of[1], n) : e.number;
    if (stopped()) return 0;
    switch (e.kind) {
      case Kind::call:
        return call({e.number, a});
      case Kind::minus:
        return a < b ? stop(Ending::negative) : a - b;
      case Kind::mod:
        return a % b;
      case Kind::max:
        return std::max(a, b);
      case Kind::min:
        return std::min(a, b);
      default:
        break;
    }
    const std::uint32_t value = e.kind == Kind::plus ? a + b : a * b;
    return value > kMaxValue ? stop(Ending::too_large) : value;
  }

  const Program& program_;
  std::size_t most_calls_;
  Run run_;
  std::vector<State> open_;
};

}  // namespace

Run interpret(const Program& program, const State& start, std::size_t most_calls) {
  return Interpreter(program, most_calls).run(start);
}

}  // namespace trm::tasks::program
