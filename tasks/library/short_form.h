// A short prompt, such as "fact 300", a story or a proof, as a question about a program in Python.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tasks/python/value.h"

namespace trm::tasks::library {

struct ShortForm {
  std::string source;                ///< the program
  std::string call;                  ///< what is asked of it: an expression
  std::vector<std::string> reading;  ///< how a text was read, a line for each of its sentences or lines; may be empty
};

/// The words with which short prompts begin, in the order of the documentation, with commas between them.
std::string short_form_words();
/// Is it one of them?
bool is_short_form(std::string_view word);

/// "fact N [C]", "pow B N [C]", "sum A B ...", "gcd A B", "fib N [A B]", "preorder TREE" and its kind, "calc
/// EXPRESSION", "hanoi N [a b c]", "ack M N", "mccarthy N", "tak X Y Z", "even N", "odd N", "ask STORY", "proof PROOF"
/// (story/story.h, proof/proof.h). Numbers are integers of any size and sign; an expression is one of Python, in which
/// max, min, sum and med take numbers, and the functions of the library may be called. Error: names the place, the part
/// that is wrong and the fix.
Result<ShortForm> read_short_form(std::string_view prompt, const std::string& place);

/// The value as a person answers: yes or no, a text as it is, a list as its items with blanks between them.
std::string in_words(const python::Value& value);

}  // namespace trm::tasks::library
