// What the commands of the program share: exit statuses, finding models.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/closest.h"
#include "engine/base/status.h"
#include "simd/cpu.h"
#include "tools/arguments.h"
#include "tools/output.h"

namespace trm::cli {

enum ExitStatus : int {
  kPass = 0,
  kFailed = 1,        ///< the model, a comparison or a training run failed
  kUsage = 2,         ///< wrong command, flag or value
  kInconclusive = 3,  ///< trm compare: the samples cannot tell
  kBadInput = 4,      ///< a file, prompt or environment variable is wrong, cannot be read or written; no memory
  kReaderGone = 141,  ///< nobody reads standard output any more: as a shell says of what SIGPIPE ended
};
int exit_status(ErrorCode code);

/// A command: what it understands, and what it does once its options are read.
struct Command {
  Arguments arguments;
  std::function<int()> run;
};

/// note() of the error's text; returns its exit status.
int report(const Error& error);

/// The file of a model, by path or by name: find_shipped() of shipped_models.
Result<std::string> find_model(const std::string& name);

/// The kernels that TRM_ISA selects, with weights of the type `asked`; none: as TRM_DTYPE says, or else each model's
/// own. Error: TRM_ISA names no instruction set of this program and machine, or TRM_DTYPE no type.
Result<simd::Selection> select_kernels(std::optional<simd::WeightType> asked = std::nullopt);

/// An option, and the file that it names.
using NamedFile = std::pair<const char*, std::string>;
/// Error (usage): two of them name standard input, which is read once.
Status check_standard_input(std::initializer_list<NamedFile> files);

/// What would keep a page of --html from being written, as far as it is known before the work. Empty: nothing is asked.
Status check_page_file(const std::string& file);
/// Text to `path` atomically, or to standard output if `path` is empty.
Status write_result(const std::string& path, std::string_view text);

/// "1.23 ms"
std::string duration_text(std::int64_t ns);
/// "1.5 MiB"
std::string bytes_text(std::size_t bytes);

}  // namespace trm::cli
