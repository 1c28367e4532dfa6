#include <array>
#include <utility>

#include "tasks/recursion/program/run.h"

namespace trm::tasks::program {
namespace {

/// Instructions in prefix order, in a form of their own: what frames read is judged by this machine.
enum class Do : unsigned char { number, argument, below, equal, plus, max, min, minus, times, mod, call };

struct Instruction {
  Do what = Do::number;
  std::uint32_t number = 0;  ///< of below, equal, number, minus, times, mod; call: which function
};

/// Expressions that follow an instruction as its parts; of a test: the value if it holds, and the rest.
std::size_t parts_of(Do what) {
  if (what == Do::number || what == Do::argument) return 0;
  return what <= Do::min ? 2 : 1;
}

void compile(const Expression& e, std::vector<Instruction>& code) {
  using Kind = Expression::Kind;
  const auto what = [&] {
    switch (e.kind) {
      case Kind::number:
        return Do::number;
      case Kind::argument:
        return Do::argument;
      case Kind::plus:
        return Do::plus;
      case Kind::minus:
        return Do::minus;
      case Kind::times:
        return Do::times;
      case Kind::mod:
        return Do::mod;
      case Kind::max:
        return Do::max;
      case Kind::min:
        return Do::min;
      case Kind::call:
        break;
    }
    return Do::call;
  };
  code.push_back({what(), e.number});
  for (const Expression& part : e.of) compile(part, code);
}

class StackMachine {
 public:
  StackMachine(const Program& program, std::size_t most_calls) : most_calls_(most_calls) {
    for (const FunctionText& function : program.functions) {
      entry_[functions_++] = code_.size();
      for (const Branch& branch : function.branches) {
        code_.push_back({branch.equal ? Do::equal : Do::below, branch.number});
        compile(branch.value, code_);
      }
      compile(function.otherwise, code_);
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
  /// What waits for a value: an operation, a call for its argument, or the caller for the result.
  struct Waiting {
    Instruction instruction;
    bool is_caller = false;
    bool has_first = false;
    std::uint32_t first = 0;
    std::size_t back = 0;
    std::uint32_t n = 0;
    State state;
  };

  /// Behind the expression that begins here.
  void skip() {
    for (std::size_t missing = 1; missing > 0; --missing) missing += parts_of(code_[at_++].what);
  }

  void stop(Ending ending) {
    run_.ending = ending;
    over_ = true;
  }

  void enter(const State& state) {
    if (run_.calls.size() == most_calls_) return stop(Ending::too_many_calls);
    run_.calls.push_back(state);
    for (const Waiting& waiting : stack_) {
      if (waiting.is_caller && waiting.state == state) return stop(Ending::repeats);
    }
    Waiting caller;
    caller.is_caller = true;
    caller.back = at_;
    caller.n = n_;
    caller.state = state;
    stack_.push_back(caller);
    at_ = entry_[state.function];
    n_ = state.argument;
  }

  /// Reads one instruction. False: it waits for its first operand.
  bool operand(std::uint32_t& value) {
    const Instruction now = code_[at_++];
    switch (now.what) {
      case Do::number:
        value = now.number;
        return true;
      case Do::argument:
        value = n_;
        return true;
      case Do::below:
      case Do::equal:
        if (now.what == Do::equal ? n_ != now.number : n_ >= now.number) skip();
        return false;
      default:
        stack_.emplace_back();
        stack_.back().instruction = now;
        return false;
    }
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
      if (!top.is_caller && parts_of(top.instruction.what) == 2 && !top.has_first) {
        top.has_first = true;
        top.first = value;
        return;
      }
      const Waiting done = top;
      stack_.pop_back();
      if (done.is_caller) {
        at_ = done.back;
        n_ = done.n;
      } else if (done.instruction.what == Do::call) {
        return enter({done.instruction.number, value});
      } else {
        value = result(done, value);
      }
    }
  }

  std::uint32_t result(const Waiting& done, std::uint32_t value) {
    const std::uint32_t number = done.instruction.number;
    switch (done.instruction.what) {
      case Do::max:
        return done.first > value ? done.first : value;
      case Do::min:
        return done.first < value ? done.first : value;
      case Do::mod:
        return value % number;
      case Do::minus:
        if (value < number) stop(Ending::negative);
        return value - number;
      default:
        break;
    }
    const std::uint32_t out = done.instruction.what == Do::plus ? done.first + value : number * value;
    if (out > kMaxValue) stop(Ending::too_large);
    return out;
  }

  std::vector<Instruction> code_;
  std::size_t most_calls_;
  std::array<std::size_t, kMaxFunctions> entry_{};
  std::size_t functions_ = 0, at_ = 0;
  std::uint32_t n_ = 0;
  bool over_ = false;
  std::vector<Waiting> stack_;
  Run run_;
};

}  // namespace

Run execute(const Program& program, const State& start, std::size_t most_calls) {
  return StackMachine(program, most_calls).run(start);
}

}  // namespace trm::tasks::program
