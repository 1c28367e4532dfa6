// Lines of the logs that the language model evaluation harness writes with --log_samples.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace trm::tasks {

/// What such a line says about one document; a member is empty where the line lacks it.
struct HarnessLine {
  std::optional<std::string> id;        ///< doc.id, as write_harness_documents() wrote it
  std::optional<std::string> reply;     ///< the first text in resps: all that the model wrote
  std::optional<std::string> filtered;  ///< the first text in filtered_resps: what the harness took for the answer
};

/// Empty if this is no such line: no JSON object, or one without resps and filtered_resps.
std::optional<HarnessLine> read_harness_line(std::string_view line);

}  // namespace trm::tasks
