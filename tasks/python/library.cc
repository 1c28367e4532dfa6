#include "tasks/python/library.h"

namespace trm::tasks::python {
namespace {

// Every function ends for every argument, and raises what Python raises. The nodes are those of program.h.
constexpr std::string_view kSource = R"(
def max_of_two(a, b): return b if b > a else a
def max_of_three(a, b, c): return max_of_two(max_of_two(a, b), c)
def max_of_list(xs):
    if len(xs) == 0:
        raise ValueError
    return best_above(xs[0], __later(xs))
def best_above(best, xs):
    if not xs:
        return best
    return best_above(xs[0] if xs[0] > best else best, __later(xs))

def min_of_two(a, b): return b if b < a else a
def min_of_three(a, b, c): return min_of_two(min_of_two(a, b), c)
def min_of_list(xs):
    if len(xs) == 0:
        raise ValueError
    return best_below(xs[0], __later(xs))
def best_below(best, xs):
    if not xs:
        return best
    return best_below(xs[0] if xs[0] < best else best, __later(xs))

def sum_of(xs): return sum_from(0, __after(xs, 0))
def sum_from(total, xs): return sum_from(total + xs[0], __later(xs)) if xs else total

def any_of(xs): return any_from(__after(xs, 0))
def any_from(xs): return (True if xs[0] else any_from(__later(xs))) if xs else False
def all_of(xs): return all_from(__after(xs, 0))
def all_from(xs): return (all_from(__later(xs)) if xs[0] else False) if xs else True

def contains(x, xs): return contains_text(x + "", xs) if __up_to(xs, 0) == "" else contains_item(x, xs)
def contains_item(x, xs): return (True if xs[0] == x else contains_item(x, __later(xs))) if xs else False
def contains_text(x, xs):
    if __up_to(xs, len(x)) == x:
        return True
    return contains_text(x, __later(xs)) if xs else False

def power(base, exponent):
    if exponent < 0:
        if -base == 0:
            raise ZeroDivisionError
        return __float_result()
    return power_of(base, exponent)
def power_of(base, exponent):
    if exponent == 0:
        return 1
    half = power_of(base, exponent // 2)
    return half * half * base if exponent % 2 == 1 else half * half
def power_modulo(base, exponent, by):
    if by == 0:
        raise ValueError
    if exponent < 0:
        return __outside()
    return power_below(base % by, exponent, by)
def power_below(base, exponent, by):
    if exponent == 0:
        return 1 % by
    half = power_below(base, exponent // 2, by)
    return half * half % by * base % by if exponent % 2 == 1 else half * half % by

def slice_from(xs, start):
    if start >= 0:
        return __after(xs, start)
    return __after(xs, max_of_two(len(xs) + start, 0))
def slice_to(xs, stop):
    if stop >= 0:
        return __up_to(xs, stop)
    return __up_to(xs, max_of_two(len(xs) + stop, 0))
def slice_between(xs, start, stop):
    if start < 0:
        return __after(slice_to(xs, stop), max_of_two(len(xs) + start, 0))
    return __after(slice_to(xs, stop), start)
def every(xs, step): return every_from(__up_to(xs, 0), xs, step)
def every_from(taken, xs, step): return every_from(taken + __up_to(xs, 1), __after(xs, step), step) if xs else taken
def reverse(xs): return reverse_onto(__up_to(xs, 0), xs)
def reverse_onto(taken, xs): return reverse_onto(__up_to(xs, 1) + taken, __later(xs)) if xs else taken
def items_of(xs): return __after(xs, 0) if __up_to(xs, 0) == [] else items_from([], xs)
def items_from(taken, xs): return items_from(taken + [xs[0]], __later(xs)) if xs else taken

def repeat(xs, times): return repeat_onto(__up_to(xs, 0), xs, times)
def times_repeat(times, xs): return repeat_onto(__up_to(xs, 0), xs, times)
def repeat_onto(taken, xs, times): return repeat_onto(taken + xs, xs, times - 1) if times > 0 else taken

def numbers_to(stop): return numbers_between(0, stop)
def numbers_between(start, stop): return numbers_up([], start, stop, 1)
def numbers_by(start, stop, step):
    if step == 0:
        raise ValueError
    return numbers_up([], start, stop, step) if step > 0 else numbers_down([], start, stop, step)
def numbers_up(taken, start, stop, step):
    return numbers_up(taken + [start], start + step, stop, step) if start < stop else taken
def numbers_down(taken, start, stop, step):
    return numbers_down(taken + [start], start + step, stop, step) if start > stop else taken
)";

}  // namespace

std::string_view library_source() {
  return kSource;
}

const Module& library() {
  static const Module module = [] {
    Result<Module> parsed = parse_module(kSource, "library");
    return parsed ? *std::move(parsed) : Module{};
  }();
  return module;
}

}  // namespace trm::tasks::python
