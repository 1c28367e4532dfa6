// Anyone's answers to the test split as JSON Lines, a line for each:
//   {"name": "00576224|||t3|||0213456789", "example": 0, "output": [2, 3, 1, ...], "q_halt": -1.5}
// `name` is the puzzle's, `example` counts its examples from 0, `output` is the predicted canvas.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "tasks/puzzles/arc/poll.h"

namespace trm::tasks::arc {

struct PredictedCanvas {
  std::string name;
  std::size_t example = 0;
  std::vector<std::uint8_t> output;  ///< canvas_tokens tokens
  double q_halt = 0;
  bool operator==(const PredictedCanvas&) const = default;
};

/// One line, with its line break. q_halt is finite and read back as it was.
std::string write_prediction(const PredictedCanvas& prediction);
/// One line. Errors name `file` and line `number`.
Result<PredictedCanvas> read_prediction(std::string_view line, const std::string& file, std::size_t number);

/// Adds every line's vote to the poll. Error: no line; a line that is longer than 1 MiB, not of the form above, or
/// empty before the last one; another file in place of this one; what Poll::row_of and Poll::add refuse.
Status add_predictions(std::istream& lines, const std::string& file, Poll& poll);

}  // namespace trm::tasks::arc
