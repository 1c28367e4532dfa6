#include "tasks/recursion/program/random.h"

#include <algorithm>
#include <utility>

namespace trm::tasks::program {
namespace {

using Kind = Expression::Kind;

Expression constant(std::uint32_t number) {
  return {Kind::number, number, {}};
}
Expression n() {
  return {Kind::argument, 0, {}};
}
Expression with(Kind kind, std::uint32_t number, Expression of) {
  Expression out{kind, number, {}};
  out.of.push_back(std::move(of));
  return out;
}
Expression both(Kind kind, Expression a, Expression b) {
  Expression out{kind, 0, {}};
  out.of.push_back(std::move(a));
  out.of.push_back(std::move(b));
  return out;
}

std::uint32_t call_target(Rng& rng, std::size_t functions) {
  return rng.below(static_cast<std::uint32_t>(functions));
}

/// Draws stand in statements of their own: the order of a call's arguments is the compiler's.
class Descent {
 public:
  Descent(Rng& rng, std::size_t functions) : rng_(rng), functions_(functions) {}

  FunctionText function() {
    FunctionText out;
    least_ = rng_.between(1, 5);
    out.branches.push_back({false, least_, base()});
    if (rng_.below(4) == 0) out.branches.push_back({true, least_ + rng_.below(6), base()});
    out.otherwise = body();
    return out;
  }

 private:
  Expression base() {
    const std::uint32_t number = rng_.below(rng_.below(3) == 0 ? kMaxConstant + 1 : 10);
    switch (rng_.below(4)) {
      case 0:
        return n();
      case 1:
        return both(Kind::plus, n(), constant(std::max(number, 1u)));
      default:
        return constant(number);
    }
  }

  /// f(n - 2), now and then with a call inside: f(g(n - 1) % 7).
  Expression call() {
    Expression argument = with(Kind::minus, rng_.between(1, least_), n());
    if (rng_.below(8) == 0) {
      Expression inner = with(Kind::call, call_target(rng_, functions_), std::move(argument));
      argument = rng_.below(2) == 0 ? with(Kind::mod, rng_.between(2, 9), std::move(inner))
                                    : both(Kind::min, std::move(inner), with(Kind::minus, 1, n()));
    }
    return with(Kind::call, call_target(rng_, functions_), std::move(argument));
  }

  Expression leaf() { return rng_.below(2) == 0 ? n() : constant(rng_.between(1, 20)); }

  Expression body() {
    constexpr Kind choices[] = {Kind::plus, Kind::plus, Kind::max, Kind::min};
    const Kind kind = choices[rng_.below(4)];
    const std::uint32_t form = rng_.below(8);
    if (form == 0) return call();
    if (form == 1) {
      Expression right = call(), left = call();
      return both(kind, std::move(left), std::move(right));
    }
    if (form == 2) {
      Expression right = call();
      return both(kind, leaf(), std::move(right));
    }
    if (form == 3) return scaled_call();
    if (form == 4) {
      Expression product = scaled_call();
      return with(Kind::mod, rng_.between(7, kMaxConstant), std::move(product));
    }
    if (form == 5) {
      Expression right = leaf();
      return both(kind, scaled_call(), std::move(right));
    }
    if (form == 6) {
      Expression last = call(), right = leaf();
      return both(Kind::plus, both(kind, call(), std::move(right)), std::move(last));
    }
    Expression right = leaf();
    return both(kind, call(), std::move(right));
  }

  Expression scaled_call() {
    Expression of = call();
    return with(Kind::times, rng_.between(2, 9), std::move(of));
  }

  Rng& rng_;
  std::size_t functions_;
  std::uint32_t least_ = 1;
};

/// (a n + b) % m; divides at most ten times or so, as long as n is below m.
Expression next_argument(Rng& rng, std::uint32_t m) {
  Expression scaled = rng.below(4) == 0 ? n() : with(Kind::times, rng.between(2, 9), n());
  Expression sum = rng.below(5) == 0 ? std::move(scaled)
                                     : both(Kind::plus, std::move(scaled), constant(rng.between(1, kMaxConstant)));
  return with(Kind::mod, m, std::move(sum));
}

FunctionText random_step(Rng& rng, std::size_t functions, std::uint32_t m) {
  FunctionText out;
  const bool equal = rng.below(4) != 0;
  // A test of a number that no remainder reaches never holds.
  const std::uint32_t number = equal ? rng.below(m + m / 4 + 1) : rng.between(1, 1 + m / 8);
  out.branches.push_back({equal, std::min(number, kMaxConstant), rng.below(2) == 0 ? n() : constant(rng.below(20))});
  Expression argument = next_argument(rng, m);
  Expression call = with(Kind::call, call_target(rng, functions), std::move(argument));
  switch (rng.below(4)) {
    case 0:
      out.otherwise = both(Kind::plus, std::move(call), constant(rng.between(1, 9)));
      break;
    case 1:
      out.otherwise = both(Kind::max, n(), std::move(call));
      break;
    default:
      out.otherwise = std::move(call);
  }
  return out;
}

}  // namespace

Asked random_descent(Rng& rng, std::uint32_t most_start) {
  Asked out;
  const std::size_t functions = rng.below(2) == 0 ? 1 : 2;
  for (std::size_t i = 0; i < functions; ++i) out.program.functions.push_back(Descent(rng, functions).function());
  out.start = {call_target(rng, functions), rng.between(1, most_start)};
  return out;
}

Asked random_walk(Rng& rng, std::uint32_t size) {
  Asked out;
  const std::size_t functions = rng.below(2) == 0 ? 1 : 2;
  const std::uint32_t most = std::min(5 + 3 * size, kMaxConstant);
  for (std::size_t i = 0; i < functions; ++i) {
    out.program.functions.push_back(random_step(rng, functions, rng.between(5, most)));
  }
  out.start = {call_target(rng, functions), rng.below(most)};
  return out;
}

}  // namespace trm::tasks::program
