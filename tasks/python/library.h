// What operations mean that have no node, written in the language itself.
#pragma once

#include <string_view>

#include "tasks/python/tree.h"

namespace trm::tasks::python {

/// The definitions, by their names. Calls of __name() in them are nodes.
const Module& library();
/// Its source.
std::string_view library_source();

}  // namespace trm::tasks::python
