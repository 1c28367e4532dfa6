// What is outside the language, and what a person writes instead.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace trm::tasks::python {

struct Refusal {
  std::string construct;  ///< "a lambda"
  std::string instead;    ///< "write a def with a name"
};

/// A word of Python's grammar that the language lacks, such as class or lambda.
std::optional<Refusal> refused_keyword(std::string_view word);
/// A function of Python that the language lacks, such as sorted.
std::optional<Refusal> refused_function(std::string_view name);
/// `of.name`, with or without a call.
Refusal refused_attribute(std::string_view of, std::string_view name);
/// An operator that the language lacks, such as /; its assignment (/=), too.
std::optional<Refusal> refused_operator(std::string_view sign);
/// A method of lists or texts that the language has.
bool is_method(std::string_view name);
/// A function of math that the language has.
bool is_math_function(std::string_view name);
/// Does Python's grammar keep the word for itself?
bool is_keyword(std::string_view word);
/// An error that a program may raise.
bool is_error_name(std::string_view name);

}  // namespace trm::tasks::python
