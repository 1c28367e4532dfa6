// What a model file says about its use: how it is asked and answers, and which tasks it has learnt.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/store/model_file.h"
#include "tasks/task/sequence.h"

namespace trm::tasks {

/// Keys of a model file's metadata. Models of frames have neither.
inline constexpr const char* kEncodingKey = "encoding";  ///< encoding_names
inline constexpr const char* kTasksKey = "tasks";        ///< names, separated by blanks

struct ModelUse {
  Encoding encoding = Encoding::frames;
  std::vector<std::string> tasks;  ///< empty: all

  /// Does it write single frames on the recursion machine?
  [[nodiscard]] bool on_machine() const { return encoding == Encoding::frames || encoding == Encoding::programs; }
  [[nodiscard]] bool answers(std::string_view task) const;
  /// Of records: "machine", "trace" or "answer".
  [[nodiscard]] std::string mode() const;
};

/// Error: an unknown encoding or task in the metadata; a model of sequences that names no task.
Result<ModelUse> model_use(const Model& model);

}  // namespace trm::tasks
