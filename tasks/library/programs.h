// The programs of programs/, which short prompts ask.
#pragma once

#include <string_view>

namespace trm::tasks::library {

/// The text of programs/NAME.py. Empty: there is no such file.
std::string_view program(std::string_view name);

}  // namespace trm::tasks::library
