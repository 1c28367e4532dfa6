#include "tasks/python/refusals.h"

#include <algorithm>
#include <iterator>

namespace trm::tasks::python {
namespace {

struct Row {
  std::string_view name, construct, instead;
};

constexpr Row kKeywords[] = {
    {"class", "a class", "write functions; a list can hold the fields of a record"},
    {"try", "try", "test before what may fail, as in `if b != 0:`"},
    {"with", "with", "pass what the function needs as parameters"},
    {"yield", "a generator function", "return a list of all values"},
    {"async", "async", "write a plain def"},
    {"await", "await", "write a plain call"},
    {"match", "match", "write if and elif"},
    {"except", "except", "test before what may fail"},
    {"finally", "finally", "test before what may fail"},
};

constexpr Row kFunctions[] = {
    {"reduce", "reduce()", "write a loop: for x in xs: total = f(total, x)"},
    {"repr", "repr()", "print([x]) shows how Python writes x"},
    {"float", "float()", "use whole numbers and //"},
    {"complex", "complex()", "use whole numbers"},
    {"round", "round()", "use // on whole numbers, as in (a + b // 2) // b"},
    {"dict", "dict()", "use a list of [key, value] pairs, and search it with a loop"},
    {"set", "set()", "use a list, and test `x not in xs` before adding"},
    {"frozenset", "frozenset()", "use a list, and test `x not in xs` before adding"},
    {"type", "type()", "write isinstance(x, list)"},
    {"callable", "callable()", "call functions by their names"},
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
    {"format", "", "print(a, b) shows several values, and f\"{a}\" makes a text"},
    {"get", "", "use a list of [key, value] pairs, and search it with a loop"},
    {"items", "", "use a list of [key, value] pairs: for key, value in {}"},
    {"keys", "", "use a list of [key, value] pairs: for key, value in {}"},
    {"values", "", "use a list of [key, value] pairs: for key, value in {}"},
    {"add", "", "write {} = {} + [x] if x is not in it"},
    {"update", "", "write {} = {} + ys"},
    {"title", "", "write a function that looks each character up in a text"},
    {"capitalize", "", "write {}[:1].upper() + {}[1:].lower()"},
    {"zfill", "", "write \"0\" * (n - len({})) + {}"},
    {"rjust", "", "write \" \" * (n - len({})) + {}"},
    {"ljust", "", "write {} + \" \" * (n - len({}))"},
    {"popleft", "", "read {}[0], then write {} = {}[1:]"},
};

constexpr std::string_view kKnownMethods[] = {
    "append",     "extend",   "insert",  "pop",     "remove",  "sort",    "reverse", "clear", "copy",   "index",
    "count",      "find",     "join",    "split",   "strip",   "replace", "upper",   "lower", "get",    "items",
    "startswith", "endswith", "isdigit", "isalpha", "isalnum", "isupper", "islower", "keys",  "values", "isspace"};

constexpr std::string_view kMathFunctions[] = {"gcd", "lcm", "factorial", "isqrt", "comb"};

constexpr Row kRefusedOperators[] = {
    {"/", "/ makes a float", "write // for whole numbers"},
    {"@", "the operator @", "write a function that multiplies lists of lists"},
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

bool is_method(std::string_view name) {
  return std::find(std::begin(kKnownMethods), std::end(kKnownMethods), name) != std::end(kKnownMethods);
}

bool is_math_function(std::string_view name) {
  return std::find(std::begin(kMathFunctions), std::end(kMathFunctions), name) != std::end(kMathFunctions);
}

bool is_keyword(std::string_view word) {
  return std::find(std::begin(kReserved), std::end(kReserved), word) != std::end(kReserved);
}

bool is_error_name(std::string_view name) {
  return std::find(std::begin(kErrors), std::end(kErrors), name) != std::end(kErrors);
}

}  // namespace trm::tasks::python
