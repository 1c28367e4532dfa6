// What CPython says of programs, for tests.
#pragma once

#include <doctest/doctest.h>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "tasks/python/cpython.h"

namespace trm::test {

/// An answer for each question. Nothing: there is no CPython, which is said. Any other failure fails the test.
inline std::optional<std::vector<tasks::python::PythonAnswer>> in_cpython(
    std::span<const tasks::python::PythonQuestion> questions, std::size_t max_calls) {
  auto answers = tasks::python::ask_cpython(questions, max_calls);
  if (!answers.ok() && answers.error().code == ErrorCode::unsupported) {
    MESSAGE("skipped: programs in CPython: " << answers.error().text());
    return {};
  }
  REQUIRE_MESSAGE(answers.ok(), answers.error().text());
  REQUIRE(answers->size() == questions.size());
  return *std::move(answers);
}

}  // namespace trm::test
