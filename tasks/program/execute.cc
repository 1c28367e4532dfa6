#include <array>

#include "tasks/program/prefix.h"
#include "tasks/program/run.h"
#include "tasks/vocabulary.h"

namespace trm::tasks::program {
namespace {

class StackMachine {
 public:
  StackMachine(const Tokens& code, std::size_t most_calls) : code_(code), most_calls_(most_calls) {
    while (at_ < code_.size()) {
      ++at_;
      entry_[functions_++] = at_;
      skip();
    }
  }

  Run run(const State& start) {
    enter(start);
    while (!over_) {
      std::uint32_t value = 0;
      if (operand(value)) reduce(value);
    }
    return std::move(run_);
  }

 private:
  /// What waits for a value: an operation, a call for its argument, or (END) the caller for the result.
  struct Waiting {
    Token operation = token::end;
    std::uint32_t constant = 0;
    bool has_first = false;
    std::uint32_t first = 0;
    std::size_t back = 0;
    std::uint32_t n = 0;
    State state;
  };

  std::uint32_t constant() {
    std::uint32_t value = 0;
    for (std::uint32_t place = 1; code_[at_] != token::stop; ++at_, place *= 10) {
      value += static_cast<std::uint32_t>(code_[at_]) * place;
    }
    ++at_;
    return value;
  }

  /// Behind the expression that begins here.
  void skip() {
    for (std::size_t missing = 1; missing > 0; --missing) {
      const Token token = code_[at_];
      if (token::is_digit(token)) {
        constant();
        continue;
      }
      ++at_;
      if (token == token::if_) {
        ++at_;
        constant();
        missing += 2;
      } else if (token != token::n) {
        if (takes_constant(token)) constant();
        missing += takes_two(token) ? 2 : 1;
      }
    }
  }

  void stop(Ending ending) {
    run_.ending = ending;
    over_ = true;
  }

  void enter(const State& state) {
    if (run_.calls.size() == most_calls_) return stop(Ending::too_many_calls);
    run_.calls.push_back(state);
    for (const Waiting& waiting : stack_) {
      if (waiting.operation == token::end && waiting.state == state) return stop(Ending::repeats);
    }
    stack_.push_back({token::end, 0, false, 0, at_, n_, state});
    at_ = entry_[state.function];
    n_ = state.argument;
  }

  /// Reads one token of an expression. False: an operation that waits for its first operand.
  bool operand(std::uint32_t& value) {
    const Token token = code_[at_];
    if (token::is_digit(token)) {
      value = constant();
      return true;
    }
    ++at_;
    if (token == token::n) {
      value = n_;
      return true;
    }
    if (token == token::if_) {
      const bool equal = code_[at_++] == token::same;
      const std::uint32_t with = constant();
      if (equal ? n_ != with : n_ >= with) skip();
      return false;
    }
    Waiting waiting;
    waiting.operation = token;
    if (takes_constant(token)) waiting.constant = constant();
    stack_.push_back(waiting);
    return false;
  }

  /// Hands a value to what waits for it, until something needs another operand.
  void reduce(std::uint32_t value) {
    while (!over_) {
      if (stack_.empty()) {
        run_.value = value;
        over_ = true;
        return;
      }
      Waiting& top = stack_.back();
      if (takes_two(top.operation) && !top.has_first) {
        top.has_first = true;
        top.first = value;
        return;
      }
      const Waiting done = top;
      stack_.pop_back();
      if (is_name(done.operation)) return enter({done.operation == token::f ? std::size_t{0} : std::size_t{1}, value});
      if (done.operation == token::end) {
        at_ = done.back;
        n_ = done.n;
      } else {
        value = result(done, value);
      }
    }
  }

  std::uint32_t result(const Waiting& done, std::uint32_t value) {
    if (done.operation == token::max) return done.first > value ? done.first : value;
    if (done.operation == token::min) return done.first < value ? done.first : value;
    if (done.operation == token::mod) return value % done.constant;
    if (done.operation == token::minus) {
      if (value < done.constant) stop(Ending::negative);
      return value - done.constant;
    }
    const std::uint32_t out = done.operation == token::plus ? done.first + value : done.constant * value;
    if (out > max_value) stop(Ending::too_large);
    return out;
  }

  const Tokens& code_;
  std::size_t most_calls_;
  std::array<std::size_t, max_functions> entry_{};
  std::size_t functions_ = 0, at_ = 0;
  std::uint32_t n_ = 0;
  bool over_ = false;
  std::vector<Waiting> stack_;
  Run run_;
};

}  // namespace

Run execute(const Tokens& stream, const State& start, std::size_t most_calls) {
  return StackMachine(stream, most_calls).run(start);
}

}  // namespace trm::tasks::program
