#include "tasks/python/library.h"

namespace trm::tasks::python {
namespace {

// Every function ends for every argument, and raises what Python raises. The nodes are those of program.h.
constexpr std::string_view kSource = R"py(
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

def is_list(x): return x * 0 == [] if x != None else False
def is_text(x): return x * 0 == "" if x != None else False
def is_number(x): return x * 0 == 0 if x != None else False

def text_of(x):
    if x == None:
        return "None"
    return list_text(x) if x * 0 == [] else __text(x)
def list_text(xs):
    if not xs:
        return "[]"
    if xs[0] == "\U000f0000":
        return tuple_text(__later(xs))
    return "[" + items_text(repr_of(xs[0]), __later(xs)) + "]"
def tuple_text(xs):
    if not xs:
        return "()"
    return "(" + items_text(repr_of(xs[0]), __later(xs)) + ("," if len(xs) == 1 else "") + ")"
def items_text(taken, xs): return items_text(taken + ", " + repr_of(xs[0]), __later(xs)) if xs else taken
def repr_of(x): return quoted(x) if is_text(x) else text_of(x)
def quoted(s): return "'" + s + "'" if plain(s) else __outside()
def plain(s):
    if not s:
        return True
    if s[0] < " " or s[0] > "~" or s[0] == "'" or s[0] == "\\":
        return False
    return plain(__later(s))

def ascii_text(n):
    return "\x00\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0b\x0c\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~\x7f"[n]
def chr_of(n):
    if n < 0:
        raise ValueError
    return ascii_text(n) if n < 128 else __outside()
def ord_of(c):
    if len(c + "") != 1:
        raise TypeError
    return ord_between(c, 0, 128) if c < "\x80" else __outside()
def ord_between(c, low, high):
    if high - low == 1:
        return low
    mid = (low + high) // 2
    return ord_between(c, low, mid) if c < ascii_text(mid) else ord_between(c, mid, high)
def upper(s): return upper_onto("", s + "")
def upper_onto(taken, s): return upper_onto(taken + upper_of(s[0]), __later(s)) if s else taken
def upper_of(c):
    if is_lower(c):
        return chr_of(ord_between(c, 97, 123) - 32)
    return c if c < "\x80" else __outside()
def lower(s): return lower_onto("", s + "")
def lower_onto(taken, s): return lower_onto(taken + lower_of(s[0]), __later(s)) if s else taken
def lower_of(c):
    if is_upper(c):
        return chr_of(ord_between(c, 65, 91) + 32)
    return c if c < "\x80" else __outside()
def is_lower(c): return "a" <= c and c <= "z"
def is_upper(c): return "A" <= c and c <= "Z"
def is_digit(c): return "0" <= c and c <= "9"
def isdigit(s): return digits_alone(s + "") if s else False
def digits_alone(s):
    if not s:
        return True
    if s[0] > "\x7f":
        return __outside()
    return digits_alone(__later(s)) if is_digit(s[0]) else False
def isalpha(s): return letters_alone(s + "") if s else False
def letters_alone(s):
    if not s:
        return True
    if s[0] > "\x7f":
        return __outside()
    return letters_alone(__later(s)) if is_lower(s[0]) or is_upper(s[0]) else False
def isalnum(s): return words_alone(s + "") if s else False
def words_alone(s):
    if not s:
        return True
    if s[0] > "\x7f":
        return __outside()
    return words_alone(__later(s)) if is_lower(s[0]) or is_upper(s[0]) or is_digit(s[0]) else False
def isspace(s): return blanks_alone(s + "") if s else False
def blanks_alone(s):
    if not s:
        return True
    if s[0] > "\x7f":
        return __outside()
    return blanks_alone(__later(s)) if is_blank(s[0]) else False
def is_blank(c): return c == " " or "\t" <= c and c <= "\r" or "\x1c" <= c and c <= "\x1f"
def isupper(s): return one_case(False, s + "", True)
def islower(s): return one_case(False, s + "", False)
def one_case(any, s, upper):
    if not s:
        return any
    if s[0] > "\x7f":
        return __outside()
    if is_lower(s[0]):
        return False if upper else one_case(True, __later(s), upper)
    if is_upper(s[0]):
        return one_case(True, __later(s), upper) if upper else False
    return one_case(any, __later(s), upper)
def startswith(s, part): return __up_to(s + "", len(part + "")) == part
def endswith(s, part): return __after(s + "", len(s) - len(part)) == part + "" if len(part) <= len(s) else False
def find(s, part): return find_from(0, s + "", part + "")
def find_from(at, s, part):
    if __up_to(s, len(part)) == part:
        return at
    return find_from(at + 1, __later(s), part) if s else -1
def index_of(xs, x): return known_place(find(xs, x)) if __up_to(xs, 0) == "" else index_from(0, xs, x)
def known_place(at):
    if at < 0:
        raise ValueError
    return at
def index_from(at, xs, x):
    if not xs:
        raise ValueError
    return at if xs[0] == x else index_from(at + 1, __later(xs), x)
def count_of(xs, x): return count_text(xs, x + "") if __up_to(xs, 0) == "" else count_from(0, xs, x)
def count_from(n, xs, x): return count_from(n + 1 if xs[0] == x else n, __later(xs), x) if xs else n
def count_text(s, part): return count_parts(0, s, part) if part else len(s) + 1
def count_parts(n, s, part):
    if not s:
        return n
    if __up_to(s, len(part)) == part:
        return count_parts(n + 1, __after(s, len(part)), part)
    return count_parts(n, __later(s), part)
def join(sep, xs): return join_first(sep + "", __after(xs, 0))
def join_first(sep, xs): return join_onto(xs[0] + "", sep, __later(xs)) if xs else ""
def join_onto(taken, sep, xs): return join_onto(taken + sep + xs[0], sep, __later(xs)) if xs else taken
def split(s): return split_words([], "", s + "")
def split_words(words, word, s):
    if not s:
        return words + [word] if word else words
    if s[0] > "\x7f":
        return __outside()
    if is_blank(s[0]):
        return split_words(words + [word] if word else words, "", __later(s))
    return split_words(words, word + s[0], __later(s))
def split_at(s, sep):
    if sep + "" == "":
        raise ValueError
    return split_parts([], "", s + "", sep)
def split_parts(parts, part, s, sep):
    if not s:
        return parts + [part]
    if __up_to(s, len(sep)) == sep:
        return split_parts(parts + [part], "", __after(s, len(sep)), sep)
    return split_parts(parts, part + s[0], __later(s), sep)
def strip(s): return reverse(stripped(reverse(stripped(s + ""))))
def stripped(s):
    if not s:
        return s
    if s[0] > "\x7f":
        return __outside()
    return stripped(__later(s)) if is_blank(s[0]) else s
def replace(s, old, new): return replace_onto("", s + "", old + "", new + "") if old else __outside()
def replace_onto(taken, s, old, new):
    if not s:
        return taken
    if __up_to(s, len(old)) == old:
        return replace_onto(taken + new, __after(s, len(old)), old, new)
    return replace_onto(taken + s[0], __later(s), old, new)

def bits_of_both(a, b):
    if a == 0 or b == 0:
        return 0
    if a == -1:
        return b + 0
    if b == -1:
        return a + 0
    return 2 * bits_of_both(a // 2, b // 2) + a % 2 * (b % 2)
def bits_of_any(a, b):
    if a == 0:
        return b + 0
    if b == 0:
        return a + 0
    if a == -1 or b == -1:
        return -1
    return 2 * bits_of_any(a // 2, b // 2) + max_of_two(a % 2, b % 2)
def bits_of_one(a, b):
    if a == 0:
        return b + 0
    if b == 0:
        return a + 0
    if a == -1:
        return -b - 1
    if b == -1:
        return -a - 1
    return 2 * bits_of_one(a // 2, b // 2) + (a + b) % 2
def shift_left(a, n):
    if n < 0:
        raise ValueError
    return a * power_of(2, n)
def shift_right(a, n):
    if n < 0:
        raise ValueError
    return a // power_of(2, n)
def bin_of(n): return ("-" if n < 0 else "") + "0b" + based("", abs(n), 2)
def oct_of(n): return ("-" if n < 0 else "") + "0o" + based("", abs(n), 8)
def hex_of(n): return ("-" if n < 0 else "") + "0x" + based("", abs(n), 16)
def based(digits, n, base):
    if n < base:
        return "0123456789abcdef"[n] + digits
    return based("0123456789abcdef"[n % base] + digits, n // base, base)
def gcd_of(a, b): return gcd_of(b, a % b) if b else abs(a)
def lcm_of(a, b): return abs(a) // gcd_of(a, b) * abs(b) if a and b else 0
def factorial_of(n):
    if n < 0:
        raise ValueError
    return product_to(1, n)
def product_to(p, n): return product_to(p * n, n - 1) if n > 1 else p
def isqrt_of(n):
    if n < 0:
        raise ValueError
    return root_of(n)
def root_of(n):
    if n < 2:
        return n + 0
    low = 2 * root_of(n // 4)
    return low if (low + 1) * (low + 1) > n else low + 1
def comb_of(n, k):
    if n < 0 or k < 0:
        raise ValueError
    return comb_from(1, n, k, 1) if k <= n else 0
def comb_from(c, n, k, i): return comb_from(c * (n - i + 1) // i, n, k, i + 1) if i <= k else c
def divided(a, b): return [a // b, a % b]

def sort_items(xs):
    if len(xs) < 2:
        return xs
    return merged([], sort_items(__up_to(xs, len(xs) // 2)), sort_items(__after(xs, len(xs) // 2)))
def merged(taken, a, b):
    if not a:
        return taken + b
    if not b:
        return taken + a
    if b[0] < a[0]:
        return merged(taken + [b[0]], a, __later(b))
    return merged(taken + [a[0]], __later(a), b)
def sorted_of(xs): return sort_items(items_of(xs))
def sorted_down(xs): return reverse(sort_items(reverse(items_of(xs))))
def third_items(taken, xs): return third_items(taken + [xs[0][2]], __later(xs)) if xs else taken
def sorted_by(xs): return third_items([], sort_items(xs))
def best_max(xs):
    if not xs:
        raise ValueError
    return best_first(xs[0], __later(xs))[1]
def best_first(best, xs): return best_first(xs[0] if xs[0][0] > best[0] else best, __later(xs)) if xs else best
def best_min(xs):
    if not xs:
        raise ValueError
    return best_last(xs[0], __later(xs))[1]
def best_last(best, xs): return best_last(xs[0] if xs[0][0] < best[0] else best, __later(xs)) if xs else best
def max_or(xs, other): return max_of_list(xs) if xs else other
def min_or(xs, other): return min_of_list(xs) if xs else other
def zipped(taken, a, b): return zipped(taken + [[a[0], b[0]]], __later(a), __later(b)) if a and b else taken
def zip_of(a, b): return zipped([], items_of(a), items_of(b))
def counted(taken, i, xs): return counted(taken + [[i, xs[0]]], i + 1, __later(xs)) if xs else taken
def enumerated(xs): return counted([], 0, items_of(xs))
def columns_of(rows): return columns_from([], rows) if rows else []
def columns_from(taken, rows):
    for row in rows:
        if not row:
            return taken
    return columns_from(taken + [[row[0] for row in rows]], [row[1:] for row in rows])

def slice_down(xs, start, stop):
    return reverse(__after(__up_to(xs, down_bound(start, len(xs)) + 1), down_bound(stop, len(xs)) + 1))
def slice_down_from(xs, start): return reverse(__up_to(xs, down_bound(start, len(xs)) + 1))
def slice_down_to(xs, stop): return reverse(__after(xs, down_bound(stop, len(xs)) + 1))
def down_bound(i, size): return max_of_two(i + size, -1) if i < 0 else min_of_two(i, size - 1)
def added(a, b): return __outside() if is_list(a) else a + b
def set_item(xs, i, x): return put_item(xs + [], i if i >= 0 else i + len(xs), x, xs[i])
def put_item(xs, i, x, old): return __up_to(xs, i) + [x] + __after(xs, i + 1)
def without_item(xs, i): return cut_item(xs + [], i if i >= 0 else i + len(xs), xs[i])
def cut_item(xs, i, old): return __up_to(xs, i) + __after(xs, i + 1)
def insert_item(xs, i, x): return slice_to(xs + [], i) + [x] + slice_from(xs, i)
def remove_item(xs, x): return remove_from([], xs + [], x)
def remove_from(taken, xs, x):
    if not xs:
        raise ValueError
    return taken + __later(xs) if xs[0] == x else remove_from(taken + [xs[0]], __later(xs), x)
def pair_value(pairs, key):
    if not pairs:
        raise KeyError
    return pairs[0][1] if pairs[0][0] == key else pair_value(__later(pairs), key)
def pair_or(pairs, key, other):
    if not pairs:
        return other
    return pairs[0][1] if pairs[0][0] == key else pair_or(__later(pairs), key, other)
def has_pair(key, pairs):
    if not pairs:
        return False
    return True if pairs[0][0] == key else has_pair(key, __later(pairs))
)py";

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
