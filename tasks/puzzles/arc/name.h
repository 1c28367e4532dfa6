// Names of puzzles in identifiers.json: the task's id, and for a copy the augmentation that made it.
//   TinyRecursiveModels   00576224|||t3|||0213456789     digit i is the image of colour i
//   HRM                   00576224_t3_0213456789
#pragma once

#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "tasks/puzzles/arc/dihedral.h"

namespace trm::tasks::arc {

enum class NameStyle { trm, hrm };

struct PuzzleName {
  std::string task;
  bool original = true;  ///< without an augmentation in its name
  Augmentation augmentation;
  bool operator==(const PuzzleName&) const = default;
};

std::string write_name(const PuzzleName& name, NameStyle style = NameStyle::trm);

/// Either style. A name that ends in no augmentation is that of a task. Error: no task; parts divided by "|||" that are
/// no augmentation.
Result<PuzzleName> read_name(std::string_view name);

/// May a task have this id? Error: it is empty, longer than 100 bytes, holds bytes that are not printable ASCII, or
/// reads as the name of a copy.
Status check_id(const std::string& id);

}  // namespace trm::tasks::arc
