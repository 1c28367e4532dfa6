// Items for tests, which exist.
#pragma once

#include <doctest/doctest.h>

#include <string_view>

#include "tasks/task/task.h"

namespace trm::test {

inline tasks::Item made(const tasks::Task& task, std::string_view slice, std::uint64_t seed, std::uint64_t index) {
  Result<tasks::Item> item = task.item(slice, seed, index);
  REQUIRE_MESSAGE(item.ok(), item.error().text());
  return *std::move(item);
}

}  // namespace trm::test
