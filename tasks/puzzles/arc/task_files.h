// ARC tasks from a folder or a file, as the public repositories hold them.
#pragma once

#include <string>
#include <vector>

#include "engine/base/status.h"
#include "tasks/puzzles/arc/grid.h"

namespace trm::tasks::arc {

enum class Solutions { required, optional };

/// A folder: every *.json in it and in its subfolders is a task, named by its file; files and folders whose names begin
/// with a dot, and __MACOSX, are what systems and archives leave there, and no tasks. A file: challenges; the solutions
/// are read from the file beside it whose name has "solutions" for "challenges", if there is one. "-": challenges from
/// standard input. Sorted by id. `notes` receives what of a folder was passed over. Error: nothing found, unreadable,
/// not of the public form, and where solutions are required a test pair without one.
Result<std::vector<ArcTask>> load_tasks(const std::string& path, Solutions solutions = Solutions::required,
                                        std::vector<std::string>* notes = nullptr);

}  // namespace trm::tasks::arc
