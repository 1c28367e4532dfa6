// A short prompt, such as "fact 300", a story or a proof, as a question about a program in Python.
#pragma once

#include <string>
#include <vector>

namespace trm::tasks::library {

struct ShortForm {
  std::string source;                ///< the program
  std::string call;                  ///< what is asked of it: an expression
  std::vector<std::string> reading;  ///< how a text was read, a line for each of its sentences or lines; may be empty
};

}  // namespace trm::tasks::library
