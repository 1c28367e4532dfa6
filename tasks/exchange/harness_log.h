// Lines of the logs that the language model evaluation harness writes with --log_samples.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace trm::tasks {

/// What such a line says about one document.
struct HarnessLine {
  std::optional<std::string> id;      ///< doc.id, as write_harness_documents() wrote it; empty where the line lacks it
  std::vector<std::string> replies;   ///< the texts in resps: all that the model wrote, once for each repeat
  std::vector<std::string> filtered;  ///< the texts in filtered_resps: what the harness took for the answers
  std::string filter;                 ///< the filter that chose them; each writes a line of its own
};

/// Does the line have a field resps or filtered_resps, whether or not the rest of it can be read?
bool is_harness_line(std::string_view line);
/// Numbers that are none (NaN, Infinity), and halves of characters, are read as python_json.h says. Error: not JSON;
/// says where.
Result<HarnessLine> read_harness_line(std::string_view line);

}  // namespace trm::tasks
