#include "tasks/python/refusals.h"

#include <algorithm>
#include <iterator>

namespace trm::tasks::python {
namespace {

struct Row {
  std::string_view name, construct, instead;
};

constexpr Row kKeywords[] = {
    {"lambda", "a lambda", "write a def with a name, and call it"},
    {"class", "a class", "write functions; a list can hold the fields of a record"},
    {"try", "try", "test before what may fail, as in `if b != 0:`"},
    {"with", "with", "pass what the function needs as parameters"},
    {"global", "global", "pass the value as a parameter, and return the new one"},
    {"nonlocal", "nonlocal", "pass the value as a parameter, and return the new one"},
    {"del", "del", "make a list without the item: xs = xs[:i] + xs[i + 1:]"},
    {"yield", "a generator function", "return a list of all values"},
    {"async", "async", "write a plain def"},
    {"await", "await", "write a plain call"},
    {"match", "match", "write if and elif"},
    {"except", "except", "test before what may fail"},
    {"finally", "finally", "test before what may fail"},
};

constexpr Row kFunctions[] = {
    {"sorted", "sorted()", "write a merge sort or a quick sort as a function"},
    {"map", "map()", "write [f(x) for x in xs]"},
    {"filter", "filter()", "write [x for x in xs if test(x)]"},
    {"reduce", "reduce()", "write a loop: for x in xs: total = f(total, x)"},
    {"zip", "zip() outside of a for", "write for a, b in zip(xs, ys)"},
    {"enumerate", "enumerate() outside of a for", "write for i, x in enumerate(xs)"},
    {"repr", "repr()", "print([x]) shows how Python writes x"},
    {"float", "float()", "use whole numbers and //"},
    {"complex", "complex()", "use whole numbers"},
    {"round", "round()", "use // on whole numbers, as in (a + b // 2) // b"},
    {"dict", "dict()", "use a list of [key, value] pairs, and search it with a loop"},
    {"set", "set()", "use a list, and test `x not in xs` before adding"},
    {"frozenset", "frozenset()", "use a list, and test `x not in xs` before adding"},
    {"tuple", "tuple()", "use a list"},
    {"isinstance", "isinstance()", "keep numbers and lists in different places, as in [value, children]"},
    {"type", "type()", "keep numbers and lists in different places, as in [value, children]"},
    {"callable", "callable()", "call functions by their names"},
    {"ord", "ord()", "look the character up: a loop over \"abc...\" gives its place"},
    {"chr", "chr()", "index a text: \"abcdefghijklmnopqrstuvwxyz\"[i]"},
    {"bin", "bin()", "take the bits with n % 2 and n // 2"},
    {"hex", "hex()", "take the digits with n % 16 and n // 16"},
    {"oct", "oct()", "take the digits with n % 8 and n // 8"},
    {"format", "format()", "print(a, b) shows several values"},
    {"input", "input()", "pass the value in the call that is asked"},
    {"open", "open()", "pass the text in the call that is asked"},
    {"iter", "iter()", "write a for loop"},
    {"next", "next()", "write a for loop that ends with break"},
    {"eval", "eval()", "write the expression itself"},
    {"exec", "exec()", "write the statements themselves"},
    {"id", "id()", "compare values with =="},
    {"hash", "hash()", "compare values with =="},
    {"getattr", "getattr()", "use functions and lists"},
    {"setattr", "setattr()", "use functions and lists"},
    {"hasattr", "hasattr()", "use functions and lists"},
    {"slice", "slice()", "write xs[a:b]"},
    {"super", "super()", "write functions"},
    {"object", "object()", "use a list"},
    {"bytes", "bytes()", "use a text or a list of numbers"},
    {"bytearray", "bytearray()", "use a list of numbers"},
    {"globals", "globals()", "pass values as parameters"},
    {"locals", "locals()", "pass values as parameters"},
    {"exit", "exit()", "return from the function"},
    {"quit", "quit()", "return from the function"},
};

constexpr Row kMethods[] = {
    {"append", "", "write {} = {} + [x]"},
    {"extend", "", "write {} = {} + ys"},
    {"insert", "", "write {} = {}[:i] + [x] + {}[i:]"},
    {"pop", "", "read {}[-1], then write {} = {}[:-1]"},
    {"remove", "", "write a function that returns the list without the item"},
    {"clear", "", "write {} = []"},
    {"copy", "", "write {} alone: no list ever changes"},
    {"sort", "", "write a merge sort or a quick sort as a function"},
    {"reverse", "", "write {} = {}[::-1]"},
    {"index", "", "write a loop that returns the place of the item"},
    {"count", "", "write sum([1 for x in {} if x == y])"},
    {"join", "", "write a loop: text = text + part"},
    {"split", "", "write a loop over the characters"},
    {"upper", "", "write a function that looks each character up in a text"},
    {"lower", "", "write a function that looks each character up in a text"},
    {"strip", "", "write a loop that drops blanks: {} = {}[1:]"},
    {"replace", "", "write a loop over the characters"},
    {"startswith", "", "write {}[:len(part)] == part"},
    {"endswith", "", "write {}[-len(part):] == part"},
    {"find", "", "write a loop that compares {}[i:i + len(part)] == part"},
    {"isdigit", "", "write {} in \"0123456789\""},
    {"isalpha", "", "write {} in \"abcdefghijklmnopqrstuvwxyz\""},
    {"format", "", "print(a, b) shows several values"},
    {"get", "", "use a list of [key, value] pairs, and search it with a loop"},
    {"items", "", "use a list of [key, value] pairs: for key, value in {}"},
    {"keys", "", "use a list of [key, value] pairs: for key, value in {}"},
    {"values", "", "use a list of [key, value] pairs: for key, value in {}"},
    {"add", "", "write {} = {} + [x] if x is not in it"},
    {"update", "", "write {} = {} + ys"},
};

constexpr Row kRefusedOperators[] = {
    {"/", "/ makes a float", "write // for whole numbers"},
    {"@", "the operator @", "write a function that multiplies lists of lists"},
    {"&", "the operator &", "write n % 2 for the last bit, and `and` between tests"},
    {"|", "the operator |", "write `or` between tests, and + for bits that do not meet"},
    {"^", "the operator ^", "write ** for powers, and != between tests"},
    {"~", "the operator ~", "write -n - 1"},
    {"<<", "the operator <<", "write n * 2 ** k"},
    {">>", "the operator >>", "write n // 2 ** k"},
};

constexpr std::string_view kReserved[] = {
    "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
    "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
    "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
    "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield",
};

constexpr std::string_view kErrors[] = {
    "ArithmeticError", "AssertionError",      "Exception",     "IndexError",        "KeyError",     "LookupError",
    "NameError",       "NotImplementedError", "OverflowError", "RecursionError",    "RuntimeError", "StopIteration",
    "TypeError",       "UnboundLocalError",   "ValueError",    "ZeroDivisionError",
};

template <std::size_t N>
const Row* find(const Row (&rows)[N], std::string_view name) {
  const Row* row = std::find_if(std::begin(rows), std::end(rows), [&](const Row& r) { return r.name == name; });
  return row == std::end(rows) ? nullptr : row;
}

std::optional<Refusal> refusal(const Row* row) {
  if (row == nullptr) return {};
  return Refusal{std::string(row->construct), std::string(row->instead)};
}

}  // namespace

std::optional<Refusal> refused_keyword(std::string_view word) {
  return refusal(find(kKeywords, word));
}

std::optional<Refusal> refused_function(std::string_view name) {
  return refusal(find(kFunctions, name));
}

Refusal refused_attribute(std::string_view of, std::string_view name) {
  const std::string construct = "." + std::string(name);
  if (of == "math" || of == "itertools" || of == "functools" || of == "random" || of == "sys" || of == "collections" ||
      of == "operator") {
    return {std::string(of) + construct, "write what it does as a function of its own"};
  }
  const Row* row = find(kMethods, name);
  if (row == nullptr) return {"the attribute " + construct, "use functions, lists and indices"};
  std::string instead(row->instead);
  for (std::size_t at; (at = instead.find("{}")) != std::string::npos;) instead.replace(at, 2, of.empty() ? "xs" : of);
  return {"the method " + construct, instead};
}

std::optional<Refusal> refused_operator(std::string_view sign) {
  if (sign.size() > 1 && sign.back() == '=' && sign != "<=" && sign != ">=") sign.remove_suffix(1);
  return refusal(find(kRefusedOperators, sign));
}

bool is_keyword(std::string_view word) {
  return std::find(std::begin(kReserved), std::end(kReserved), word) != std::end(kReserved);
}

bool is_error_name(std::string_view name) {
  return std::find(std::begin(kErrors), std::end(kErrors), name) != std::end(kErrors);
}

}  // namespace trm::tasks::python
