// Where commands write, looked at before they work for minutes.
#pragma once

#include <string>

#include "engine/base/status.h"

namespace trm::cli {

/// `out`, or out/NAME if that is empty. `name` is the field of the configuration `file`. Error: the name would lead out
/// of "out", or make a folder that is hard to get rid of.
Result<std::string> output_directory(const std::string& out, const std::string& name, const std::string& file);

/// Can a file of that name be written, or written over? Error (io) with `flag`: there is no such folder, it may not be
/// written to, or a folder has the name.
Status check_output_file(const std::string& path, const std::string& flag);
/// Can such a folder be made, or written to where it is there? Error as above.
Status check_output_folder(const std::string& path, const std::string& flag);

}  // namespace trm::cli
