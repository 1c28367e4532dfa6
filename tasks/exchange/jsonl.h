// Items and predictions as JSON Lines: one flat object per line, every field checked; or one array of such objects.
// Text is UTF-8 and a line has at most 1 MiB. Errors name the file, the line and the field.
//
//   {"id":"factorial@3/test/0/17","task":"factorial","version":3,"slice":"test","seed":0,"index":17,
//    "prompt":"fact 12 3","answer":"1437004800","canonical":"factorial c=3","depth":12}
//   {"id":"factorial@3/test/0/17","answer":"1437004800"}
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tasks/task/task.h"

namespace trm::tasks {

/// Somebody's answer to an item.
struct Prediction {
  std::string id;
  std::string answer;
  std::string reply = {};  ///< the whole text that holds the answer; empty: there is no more than the answer
};

/// `file` names the source in errors. Error: no line; a line that is empty, too long, not UTF-8, not one JSON object;
/// a field that is missing, unknown, repeated, of the wrong type or out of range; an id that occurred before; an
/// unknown task or version; a prompt of another task; an answer, canonical form or depth that does not
/// belong to it.
Result<std::vector<Item>> read_items(std::string_view text, const std::string& file);

/// Which answer to a document counts, if a log has several.
struct LogChoice {
  std::string filter;      ///< name of the filter; empty: there is one
  std::size_t repeat = 1;  ///< which of several replies, from 1
};

/// Lines of {"id": text, "answer": text or whole number}, other fields aside, or of a sample log of the language model
/// evaluation harness, of which the id of the document and one text of filtered_resps and of resps are read
/// (harness_log.h). `notes` receives what a reader of the result should know. Error: as above, as far as it applies;
/// an item in place of a prediction; a log without these, of several filters of which none is chosen (lists them), or
/// with fewer replies than asked for. Any text is an answer.
Result<std::vector<Prediction>> read_predictions(std::string_view text, const std::string& file,
                                                 const LogChoice& choice = {},
                                                 std::vector<std::string>* notes = nullptr);

/// One line per entry, each with its line break. Bytes that are not UTF-8 become U+FFFD.
std::string write_items(std::span<const Item> items);
std::string write_predictions(std::span<const Prediction> predictions);

}  // namespace trm::tasks
