// Lists that change. A list here never changes: xs.append(x) gives xs another value. Nothing can tell the difference as
// long as no other variable that is still read has the same list. This checks just that, forward over the blocks of a
// function: which variables see it if the list of a variable changes.
#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

#include "tasks/base/words.h"
#include "tasks/python/flow.h"

namespace trm::tasks::python {
namespace {

constexpr std::size_t kMaxWork = 4'000'000;  ///< blocks times variables

/// Where the parts of a value come from.
struct Origin {
  Variables same;        ///< it may be the list of these
  Variables inside;      ///< it may hold the list of these
  Variables item;        ///< it may be an item of the list of these
  Variables deeper;      ///< it may be an item of an item of the list of these
  Variables sharing;     ///< it may have items in common with the lists of these
  Variables holds;       ///< it holds the list of these, or may be it: of `same` and `inside` those that are no items
  bool shared = false;   ///< somebody else may have its items
  bool foreign = false;  ///< somebody outside of the function may have it

  Origin& operator|=(const Origin& o) {
    same |= o.same, inside |= o.inside, item |= o.item, deeper |= o.deeper, sharing |= o.sharing, holds |= o.holds;
    shared |= o.shared, foreign |= o.foreign;
    return *this;
  }
  [[nodiscard]] Variables all() const { return same | inside | item | deeper; }
};

constexpr std::string_view kNumbers[] = {
    "len",        "abs",        "int",      "str",      "bool",        "ord",       "chr",       "any",
    "all",        "bin",        "hex",      "oct",      "pow",         ".text",     ".upper",    ".lower",
    ".strip",     ".replace",   ".join",    ".find",    ".index",      ".count",    ".isdigit",  ".isalpha",
    ".isalnum",   ".isupper",   ".islower", ".isspace", ".startswith", ".endswith", ".has_pair", "print",
    "isinstance", ".is_number", ".is_text", ".is_list", "range",       "divmod",    ".split"};
/// New lists of the items of their first argument.
constexpr std::string_view kCopies[] = {"list",          "sorted",       "reversed",  ".sorted",   ".sorted_down",
                                        ".sorted_by",    ".copy",        ".items",    ".reversed", ".insert_item",
                                        ".without_item", ".remove_item", "enumerate", "zip"};

template <std::size_t N>
bool is_one_of(const std::string& text, const std::string_view (&names)[N]) {
  return std::find(std::begin(names), std::end(names), text) != std::end(names);
}

}  // namespace

bool is_scalar(const Expression& e) {
  switch (e.kind) {
    case ExpressionKind::constant:
    case ExpressionKind::compare:
    case ExpressionKind::not_:
    case ExpressionKind::negate:
    case ExpressionKind::plus:
      return true;
    case ExpressionKind::binary:
      return e.text == "-" || e.text == "//" || e.text == "%" || e.text == "**" ||
             ((e.text == "+" || e.text == "*") && (is_scalar(e.parts[0]) || is_scalar(e.parts[1])));
    case ExpressionKind::conditional:
      return is_scalar(e.parts[1]) && is_scalar(e.parts[2]);
    case ExpressionKind::call:
      return is_one_of(e.text, kNumbers);
    default:
      return false;
  }
}

bool is_copy(const Expression& call) {
  return is_one_of(call.text, kCopies);
}

namespace {

class OriginFinder {
 public:
  OriginFinder(const Scope& scope, const std::set<std::string>& fresh) : scope_(scope), fresh_(fresh) {}

  Origin of(const Expression& e) const {
    Origin out;
    switch (e.kind) {
      case ExpressionKind::name:
        if (const auto id = scope_.find(e.text); id && *id < kMaxVariables) {
          if (scope_.plain.test(*id)) return out;
          out.same.set(*id);
          out.holds.set(*id);
        } else {
          out.foreign = true;
        }
        return out;
      case ExpressionKind::list:
      case ExpressionKind::tuple:
        for (const Expression& part : e.parts) hold(part, out);
        return out;
      case ExpressionKind::conditional:
        out = of(e.parts[1]);
        return out |= of(e.parts[2]);
      case ExpressionKind::and_:
      case ExpressionKind::or_:
        for (const Expression& part : e.parts) out |= of(part);
        return out;
      case ExpressionKind::binary:
        if (is_scalar(e)) {
          // [x] * n has one number several times, but one list several times, too.
          for (const Expression& part : e.parts) {
            if (part.kind != ExpressionKind::list) continue;
            const bool lists = !std::all_of(part.parts.begin(), part.parts.end(), is_scalar);
            Origin inner = of(part);
            out.inside |= inner.inside;
            out.holds |= inner.holds;
            out.shared |= inner.shared || (lists && e.text == "*");
          }
          return out;
        }
        if (e.text == "+" || e.text == "*") {
          Origin right;
          copy(e.parts[0], out);
          copy(e.parts[1], right);
          // In xs + xs, each item stands twice.
          if (((out.sharing | out.inside) & (right.sharing | right.inside)).any() || e.text == "*") out.shared = true;
          out |= right;
        }
        return out;
      case ExpressionKind::slice:
        copy(e.parts[0], out);
        return out;
      case ExpressionKind::comprehension:
      case ExpressionKind::generator: {
        const Expression& element = e.parts[0];
        if (is_scalar(element)) return out;
        const Origin inner = of(element);
        out.inside |= inner.all();
        out.holds |= inner.holds;
        if (inner.same.any() || inner.item.any() || inner.foreign) out.shared = true;
        // What the loop goes through gives its items to the list, if they are in it.
        for (std::size_t i = 1; i < e.parts.size(); ++i) {
          const Origin source = of(e.parts[i].parts[1]);
          if (out.shared) out.sharing |= source.all();
          out.inside |= source.inside | source.item;
        }
        return out;
      }
      case ExpressionKind::index: {
        if (is_flat(e.parts[0])) return out;
        const Origin base = of(e.parts[0]);
        out.item = base.same | base.inside;
        out.deeper = base.item | base.deeper;
        out.foreign = base.foreign;
        return out;
      }
      case ExpressionKind::call:
        call(e, out);
        return out;
      case ExpressionKind::native:
        native(e, out);
        return out;
      default:
        return out;
    }
  }

 private:
  /// A list of numbers and texts, whatever the program does: who has an item of it has no list.
  [[nodiscard]] bool is_flat(const Expression& e) const {
    const bool item = e.kind == ExpressionKind::index;
    const Expression& of = item ? e.parts[0] : e;
    if (of.kind != ExpressionKind::name) return false;
    const auto id = scope_.find(of.text);
    return id && *id < kMaxVariables && (item ? scope_.grids : scope_.flat).test(*id);
  }

  /// The value stands in a list.
  void hold(const Expression& part, Origin& out) const {
    if (part.kind == ExpressionKind::star) return copy(part.parts[0], out);
    if (is_scalar(part)) return;
    const Origin inner = of(part);
    out.inside |= inner.all();
    out.sharing |= inner.sharing;
    out.holds |= inner.holds;
    if (inner.same.any() || inner.item.any() || inner.foreign) out.shared = true;
  }

  /// Its items stand in a new list.
  void copy(const Expression& part, Origin& out) const {
    if ((is_scalar(part) && part.kind != ExpressionKind::binary) || is_flat(part)) return;
    const Origin inner = of(part);
    out.inside |= inner.inside;
    out.holds |= inner.holds & ~inner.same;
    out.sharing |= inner.same | inner.item | inner.sharing;
    out.shared |= inner.shared || inner.foreign;
  }

  void call(const Expression& e, Origin& out) const {
    if (is_one_of(e.text, kNumbers)) return;
    if (e.text == ".output") return output(e, out);
    if (scope_.names != nullptr && scope_.names->effects.contains(e.text)) return;  // its outputs say it
    if (e.text == ".set_item" && e.parts.size() == 3) {
      copy(e.parts[0], out);
      return hold(e.parts[2], out);
    }
    if (e.text == ".insert_item" && e.parts.size() == 3) hold(e.parts[2], out);
    if ((e.text == "max" || e.text == "min") && e.parts.size() > 1) {
      for (const Expression& part : e.parts) out |= of(part);
      return;
    }
    if (is_one_of(e.text, kCopies)) {
      for (const Expression& part : e.parts) copy(part.kind == ExpressionKind::star ? part.parts[0] : part, out);
      return;
    }
    const bool user = scope_.names != nullptr && scope_.names->functions.contains(e.text);
    for (const Expression& part : e.parts) {
      if (is_scalar(part)) continue;
      const Origin inner = of(part.kind == ExpressionKind::star ? part.parts[0] : part);
      out.inside |= inner.all();
      out.sharing |= inner.all();
      out.holds |= inner.holds;
      out.shared = true;
      if (user && fresh_.contains(e.text)) continue;
      out.same |= inner.same;
      out.item |= inner.all();
      out.foreign |= inner.foreign;
    }
    // A list that a function hands out may be one of its constants.
    if (user && !fresh_.contains(e.text)) out.foreign = true;
  }

  /// What a function gives back, its value or what it changed: .output(call, which one; function, its number,
  /// arguments).
  void output(const Expression& e, Origin& out) const {
    const Effects& effects = scope_.names->effects.at(e.parts[2].value.text);
    const std::size_t which = std::stoul(e.parts[3].value.digits);
    const bool value = which == effects.outputs.size();
    const Origins& from = value ? effects.origins : effects.outputs[which].origins;
    const bool another = value || effects.outputs[which].assigned;  // than the list that was handed on
    const auto argument = [&](std::size_t parameter) { return of(e.parts[4 + parameter]); };
    for (const std::size_t i : from.shares) {
      const Origin inner = argument(i);
      out.sharing |= inner.all();
      out.inside |= inner.inside;
      out.shared |= inner.shared || inner.foreign;
    }
    for (const std::size_t i : from.holds) {
      const Origin inner = argument(i);
      out.inside |= inner.all();
      out.sharing |= inner.all();
      out.holds |= inner.holds;
      out.shared = true;
      if (!another) continue;
      out.same |= inner.same;
      out.item |= inner.all();
      out.foreign |= inner.foreign;
    }
    if (from.foreign) out.shared = true;
    if (from.foreign && another) out.foreign = true;
  }

  void native(const Expression& e, Origin& out) const {
    switch (e.native) {
      case NodeKind::first:
      case NodeKind::index: {
        if (is_flat(e.parts[0])) return;
        const Origin base = of(e.parts[0]);
        out.item = base.all();
        out.foreign = base.foreign;
        return;
      }
      case NodeKind::later:
      case NodeKind::after:
        // A loop goes through the list itself, not through a copy.
        out = of(e.parts[0]);
        return;
      default:
        return;
    }
  }

  const Scope& scope_;
  const std::set<std::string>& fresh_;
};

/// What is known at a place: for each variable those that see it if its list changes.
struct State {
  std::vector<Variables> seen_by;
  Variables foreign;  ///< somebody outside sees it
  Variables shared;   ///< somebody sees it if a list in it changes
  bool reached = false;

  bool merge(const State& from) {
    if (!reached) {
      *this = from;
      reached = true;
      return true;
    }
    bool changed = false;
    const auto add = [&](Variables& to, const Variables& more) {
      changed |= (to | more) != to;
      to |= more;
    };
    for (std::size_t i = 0; i < seen_by.size(); ++i) add(seen_by[i], from.seen_by[i]);
    add(foreign, from.foreign);
    add(shared, from.shared);
    return changed;
  }
};

class Sharing {
 public:
  Sharing(Flow& flow, const Scope& scope)
      : flow_(flow),
        scope_(scope),
        origins_(scope, scope.names->fresh),
        size_(std::min(scope.variables.size(), kMaxVariables)) {}

  Status run() {
    const bool any = std::any_of(flow_.blocks.begin(), flow_.blocks.end(), [](const Block& b) {
      return std::any_of(b.steps.begin(), b.steps.end(), [](const Step& s) { return s.changes > 0; });
    });
    if (!any) return {};
    if (flow_.blocks.size() * size_ > kMaxWork) {
      return error_at(scope_.file, flow_.blocks[0].place, "a function that changes lists is too large",
                      "make several functions of it");
    }
    std::vector<State> states(flow_.blocks.size());
    State first;
    first.seen_by.resize(size_);
    for (std::size_t i = 0; i < std::min(scope_.parameters, size_); ++i) {
      if (scope_.handed_back.test(i)) continue;  // whoever calls it looks at its own variable
      first.foreign.set(i);
      first.shared.set(i);
    }
    states[0].merge(first);
    std::vector<std::size_t> open = {0};
    while (!open.empty()) {
      const std::size_t at = open.back();
      open.pop_back();
      State now = states[at];
      const Block& block = flow_.blocks[at];
      for (const Step& step : block.steps) {
        if (step.target) assign(now, step);
      }
      const std::size_t ways = block.end == Block::End::jump ? 1 : block.end == Block::End::branch ? 2 : 0;
      for (std::size_t i = 0; i < ways; ++i) {
        if (states[block.next[i]].merge(now)) open.push_back(block.next[i]);
      }
    }
    for (std::size_t at = 0; at < flow_.blocks.size(); ++at) {
      if (!states[at].reached) continue;
      State now = states[at];
      Block& block = flow_.blocks[at];
      for (std::size_t i = 0; i < block.steps.size(); ++i) {
        Step& step = block.steps[i];
        if (step.changes > 0) {
          Status s = check(now, step, flow_.live(at, i + 1));
          if (!s && !step.mixed) return s;
          if (!s) step.value.kind = ExpressionKind::call, step.value.text = ".added", step.value.words.assign(2, "");
        }
        if (step.target) assign(now, step);
      }
    }
    return {};
  }

 private:
  void assign(State& now, const Step& step) const {
    const std::size_t target = *step.target;
    if (target >= size_) return;
    const Origin from = origins_.of(step.value);
    if (step.changes == 0 && !from.same.test(target)) {
      for (Variables& each : now.seen_by) each.reset(target);
      now.seen_by[target].reset();
      now.foreign.reset(target);
      now.shared.reset(target);
    }
    if (from.foreign && step.changes == 0) now.foreign.set(target);
    if (from.shared) now.shared.set(target);
    const Variables all = from.all();
    for (std::size_t n = 0; n < size_; ++n) {
      const bool same = from.same.test(n), inside = from.inside.test(n);
      const bool item = from.item.test(n) || from.deeper.test(n);
      if (from.sharing.test(n)) {
        if (n != target) {
          now.shared.set(n);
          now.shared.set(target);
        }
        // What stands in the old list stands in the new one as well.
        for (std::size_t m = 0; m < size_; ++m) {
          if (m != target && now.seen_by[m].test(n)) now.seen_by[m].set(target);
        }
      }
      if (n == target || !all.test(n)) continue;
      const Variables others = now.seen_by[n];
      if (same || inside) {
        for (std::size_t m = 0; m < size_; ++m) {
          if (now.seen_by[m].test(n)) now.seen_by[m].set(target);
        }
        now.seen_by[n].set(target);
      }
      if (same) {
        now.seen_by[target].set(n);
        now.seen_by[target] |= others;
        if (now.foreign.test(n)) now.foreign.set(target);
        if (now.shared.test(n)) now.shared.set(target);
      }
      if (item) {
        if (from.item.test(n)) now.shared.set(n);
        now.shared.set(target);
        now.seen_by[target].set(n);
        now.seen_by[target] |= others;
        // Another variable may have the same item.
        for (std::size_t m = 0; m < size_; ++m) {
          if (m == target || !now.seen_by[m].test(n)) continue;
          now.seen_by[m].set(target);
          now.seen_by[target].set(m);
        }
        if (now.foreign.test(n)) now.foreign.set(target);
      }
    }
    now.seen_by[target].reset(target);
  }

  [[nodiscard]] std::string shown(std::size_t id) const {
    const std::string& name = scope_.variables[id];
    if (name.find('@') == std::string::npos) return in_quotes(name);
    return name.starts_with("value") || name.starts_with("items") ? "a value that is still needed"
                                                                  : "the loop around it";
  }

  Status check(const State& now, const Step& step, const Variables& live) const {
    const std::size_t target = *step.target;
    if (target >= size_) return {};
    const std::string& name = scope_.variables[target];
    const std::string fix = step.change == ".append" || step.change == "+=" || step.change == "the method .append"
                                ? "write " + name + " = " + name + " + [x]: it changes no other list"
                                : "copy it first: " + name + " = " + name + "[:]";
    if (now.foreign.test(target)) {
      return refuse(step,
                    target < scope_.parameters ? "of a parameter, which the caller has as well,"
                                               : "of a list that has another name as well",
                    target < scope_.parameters && step.change != "+=" ? fix + "; and return it" : fix);
    }
    if (step.value.text == ".output" && !alone(now, step)) {
      return refuse(step, "of a list that it gets twice", "hand on a copy: " + name + "[:]");
    }
    Variables others = now.seen_by[target] & live;
    others.reset(target);
    for (std::size_t i = 0; i < size_; ++i) {
      if (others.test(i)) return refuse(step, "of a list that has another name as well (" + shown(i) + ")", fix);
    }
    const Variables holds = origins_.of(step.value).holds;
    if (holds.test(target) || (holds & now.seen_by[target]).any()) {
      return refuse(step, "that puts a list into itself", "put a copy of it there: " + name + "[:]");
    }
    if (step.changes > 1 && now.shared.test(target)) {
      return refuse(step, "of a list in a list that may stand in another list as well",
                    "make the inner lists anew: " + name + " = [row[:] for row in " + name + "]");
    }
    return {};
  }

  /// No other argument of the function that changes the list can see it.
  [[nodiscard]] bool alone(const State& now, const Step& step) const {
    const Effects& effects = scope_.names->effects.at(step.value.parts[2].value.text);
    const std::size_t own = effects.outputs[std::stoul(step.value.parts[3].value.digits)].parameter;
    Variables seen = now.seen_by[*step.target];
    seen.set(*step.target);
    for (std::size_t i = 4; i < step.value.parts.size(); ++i) {
      const Expression& other = step.value.parts[i];
      if (i - 4 != own && !is_scalar(other) && (origins_.of(other).all() & seen).any()) return false;
    }
    return true;
  }

  Status refuse(const Step& step, const std::string& what, const std::string& fix) const {
    const std::string how = step.change == "+="     ? "the change by +="
                            : step.change[0] == '.' ? "the method " + step.change
                                                    : step.change;
    return error_at(scope_.file, step.place, how + " " + what + " is outside the language", fix);
  }

  Flow& flow_;
  const Scope& scope_;
  OriginFinder origins_;
  std::size_t size_;
};

/// Lists that the function makes, and no other, are what the expression can be.
bool gives_fresh(const Expression& e, const std::set<std::string>& fresh, const std::set<std::string>& own) {
  switch (e.kind) {
    case ExpressionKind::absent:
    case ExpressionKind::list:
    case ExpressionKind::slice:
    case ExpressionKind::comprehension:
    case ExpressionKind::binary:
      return true;
    case ExpressionKind::conditional:
      return gives_fresh(e.parts[1], fresh, own) && gives_fresh(e.parts[2], fresh, own);
    case ExpressionKind::name:
      return own.contains(e.text);
    case ExpressionKind::call:
      return fresh.contains(e.text) || is_one_of(e.text, kNumbers) || is_one_of(e.text, kCopies);
    default:
      return is_scalar(e);
  }
}

void each_assignment(const std::vector<Statement>& body, const std::function<void(const Statement&)>& use) {
  for (const Statement& s : body) {
    use(s);
    each_assignment(s.body, use);
    each_assignment(s.otherwise, use);
  }
}

void count_names(const Expression& target, std::set<std::string>& out) {
  if (target.kind == ExpressionKind::name) out.insert(target.text);
  if (target.kind == ExpressionKind::index) return;
  for (const Expression& part : target.parts) count_names(part, out);
}

}  // namespace

Status check_sharing(Flow& flow, const Scope& scope) {
  if (scope.names == nullptr || flow.blocks.empty()) return {};
  return Sharing(flow, scope).run();
}

std::set<std::string> fresh_functions(const std::vector<Definition>& definitions) {
  // All are, until one is found to give away what it got.
  std::set<std::string> out;
  for (const Definition& d : definitions) {
    if (!d.memo) out.insert(d.name);
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (const Definition& d : definitions) {
      if (!out.contains(d.name)) continue;
      std::set<std::string> own, other(d.parameters.begin(), d.parameters.end());
      each_assignment(d.body, [&](const Statement& s) {
        const bool plain = s.kind == StatementKind::assign && s.targets.size() == 1 &&
                           s.targets[0].kind == ExpressionKind::name && s.value.kind != ExpressionKind::name;
        for (const Expression& target : s.targets) {
          count_names(target, plain && gives_fresh(s.value, out, {}) ? own : other);
        }
      });
      for (const std::string& name : other) own.erase(name);
      bool fresh = true;
      each_assignment(d.body, [&](const Statement& s) {
        if (s.kind == StatementKind::give) fresh = fresh && gives_fresh(s.value, out, own);
      });
      if (!fresh) {
        out.erase(d.name);
        changed = true;
      }
    }
  }
  return out;
}

}  // namespace trm::tasks::python
