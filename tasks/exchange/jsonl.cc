#include "tasks/exchange/jsonl.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <unordered_set>
#include <utility>

#include "engine/base/utf8.h"
#include "engine/json/json_object.h"
#include "engine/sys/files.h"
#include "tasks/base/words.h"
#include "tasks/exchange/harness_log.h"
#include "tasks/exchange/python_json.h"
#include "tasks/registry.h"

namespace trm::tasks {
namespace {

/// Problem of a line; field is empty if it concerns the whole line.
struct Problem {
  std::string field, message, fix;
};

/// What is wrong with the JSON of a line, which has been counted already.
Problem problem_of(Error error, const char* fix = nullptr) {
  constexpr std::string_view only = "at line 1, column";
  if (const std::size_t at = error.message.find(only); at != std::string::npos)
    error.message.replace(at, only.size(), "at column");
  return {std::move(error.field), std::move(error.message), fix == nullptr ? std::move(error.fix) : fix};
}

/// What concerns a line whatever is on it.
std::optional<Problem> check_line(std::string_view line) {
  if (line.size() > kMaxLineBytes) {
    return Problem{"", "has " + std::to_string(line.size()) + " bytes",
                   "keep lines within " + std::to_string(kMaxLineBytes)};
  }
  if (line.find_first_not_of(" \t\r") == std::string_view::npos)
    return Problem{"", "is empty", "remove it or write one JSON object on it"};
  return std::nullopt;
}

/// The object of a line, and no other value.
std::optional<Problem> open_line(std::string_view line, std::optional<JsonObject>& out) {
  if (std::optional<Problem> problem = check_line(line)) return problem;
  Result<JsonObject> object = JsonObject::parse(line, "");
  if (!object) return problem_of(std::move(object.error()));
  out = *std::move(object);
  return std::nullopt;
}

/// The first error of the fields that were read, or the first of these that is missing.
std::optional<Problem> close_line(JsonObject& object, std::span<const char* const> fields) {
  if (Status status = object.finish(); !status) return problem_of(std::move(status.error()));
  for (const char* field : fields) {
    if (object.has(field)) continue;
    std::string list;
    for (const std::string& name : object.keys()) list += (list.empty() ? "" : ", ") + in_quotes(name);
    return Problem{field, "is missing", list.empty() ? "add it" : "add it: the line has " + list};
  }
  return std::nullopt;
}

std::optional<Problem> read_item(std::string_view line, Item& item) {
  std::optional<JsonObject> object;
  if (std::optional<Problem> problem = open_line(line, object)) return problem;
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  object->get("id", item.id);
  object->get("task", item.task);
  object->get("version", item.version, 0, most);
  object->get("slice", item.slice);
  object->get("seed", item.seed, std::uint64_t{0}, most);
  object->get("index", item.index, std::uint64_t{0}, most);
  object->get("prompt", item.prompt);
  object->get("answer", item.answer);
  object->get("canonical", item.canonical);
  object->get("depth", item.depth, 0, most);
  constexpr const char* fields[] = {"id",    "task",   "version", "slice",     "seed",
                                    "index", "prompt", "answer",  "canonical", "depth"};
  return close_line(*object, fields);
}

/// Whatever else others keep on their lines is passed over.
std::optional<Problem> read_prediction(std::string_view line, Prediction& prediction) {
  std::optional<JsonObject> object;
  if (std::optional<Problem> problem = open_line(line, object)) return problem;
  object->get_text_or_whole("id", prediction.id);
  object->get_text_or_whole("answer", prediction.answer);
  const std::vector<std::string> others = object->take_unknown();
  constexpr const char* fields[] = {"id", "answer"};
  if (std::optional<Problem> problem = close_line(*object, fields)) return problem;
  // A line of trm tasks gen: its answer is no one's prediction.
  constexpr std::string_view of_items[] = {"canonical", "prompt", "slice", "task", "version"};
  if (std::includes(others.begin(), others.end(), std::begin(of_items), std::end(of_items))) {
    return Problem{"", "is an item, whose answer is the right one, not a prediction",
                   "write the id of the item and the answer that was given"};
  }
  return std::nullopt;
}

/// Does the item hold what its task says about its prompt?
std::optional<Problem> check_item(const Item& item) {
  const Task* task = find_task(item.task);
  if (task == nullptr) {
    std::string known;
    for (const Task* t : all_tasks()) known += (known.empty() ? "" : ", ") + std::string(t->name());
    return Problem{"task", in_quotes(item.task) + " is not a known task", "use " + known};
  }
  if (item.version != task->info().version) {
    return Problem{"version", std::to_string(item.version) + " is not the version of this program",
                   "generate the items again with version " + std::to_string(task->info().version)};
  }
  const Result<Item> right = task->parse(item.prompt);
  if (!right) return Problem{"prompt", right.error().text(), ""};
  if (!task->verify(item, item.answer))
    return Problem{"answer", in_quotes(item.answer) + " is not the value of the prompt", "generate the items again"};
  if (item.canonical != right->canonical) {
    return Problem{"canonical", in_quotes(item.canonical) + " is not the canonical form of the prompt",
                   "write " + in_quotes(right->canonical)};
  }
  if (item.depth != right->depth) {
    return Problem{"depth", std::to_string(item.depth) + " is not the depth of the prompt",
                   "write " + std::to_string(right->depth)};
  }
  return std::nullopt;
}

/// From a line of a log.
std::optional<Problem> take_harness_line(HarnessLine& line, std::size_t repeat, Prediction& out) {
  if (!line.id) return Problem{"doc.id", "is missing", "ask the documents of trm tasks gen --format lm-eval"};
  if (line.filtered.empty() && line.replies.empty())
    return Problem{"resps", "holds no text", "log a task that generates text"};
  const auto chosen = [repeat](const std::vector<std::string>& texts, const char* field) -> std::optional<Problem> {
    if (texts.empty() || repeat <= texts.size()) return std::nullopt;
    return Problem{field,
                   "holds " + std::to_string(texts.size()) + (texts.size() == 1 ? " text" : " texts") +
                       ", so there is no repeat " + std::to_string(repeat),
                   "lower --repeat"};
  };
  if (std::optional<Problem> problem = chosen(line.replies, "resps")) return problem;
  if (std::optional<Problem> problem = chosen(line.filtered, "filtered_resps")) return problem;
  out.id = *std::move(line.id);
  if (!line.replies.empty()) out.reply = std::move(line.replies[repeat - 1]);
  out.answer = line.filtered.empty() ? out.reply : std::move(line.filtered[repeat - 1]);
  return std::nullopt;
}

/// An object of the file, and where it begins.
struct Line {
  std::size_t number;
  std::size_t element;  ///< of an array, from 1; 0: the file is lines
  std::string_view text;
};

Error error_at(const std::string& file, const Line& line, Problem problem) {
  std::string place = "line " + std::to_string(line.number);
  if (line.element != 0) place += ", object " + std::to_string(line.element);
  if (!problem.field.empty()) place += ": " + problem.field;
  return Error{ErrorCode::bad_input, file, std::move(place), std::move(problem.message), std::move(problem.fix)};
}

/// The objects of one JSON array, which begins the text.
Result<std::vector<Line>> elements_of(std::string_view text, const std::string& file) {
  std::vector<Line> out;
  std::size_t line = 1, depth = 0;
  bool quoted = false, closed = false;
  std::size_t begin = 0, begin_line = 1;
  for (std::size_t at = 0; at < text.size() && !closed; ++at) {
    const char c = text[at];
    if (c == '\n') ++line;
    if (quoted) {
      if (c == '\\') ++at;
      quoted = c != '"';
    } else if (c == '"') {
      quoted = true;
    } else if (c == '[' || c == '{') {
      if (++depth == 1) begin = at + 1, begin_line = line;
    } else if (c == ']' || c == '}') {
      closed = --depth == 0;
    }
    const bool ends = closed || (depth == 1 && c == ',' && !quoted);
    if (!ends) continue;
    std::string_view element = text.substr(begin, at - begin);
    // Lines are counted to where the object begins, not the comma before it.
    while (!element.empty() && std::string_view(" \t\r\n").find(element.front()) != std::string_view::npos) {
      if (element.front() == '\n') ++begin_line;
      element.remove_prefix(1);
    }
    if (!(closed && element.empty() && out.empty())) out.push_back({begin_line, out.size() + 1, element});
    begin = at + 1;
    begin_line = line;
    if (closed && text.find_first_not_of(" \t\r\n", begin) != std::string_view::npos)
      return error_at(file, {line, 0, ""}, {"", "has text behind the array", "remove it"});
  }
  if (!closed) return error_at(file, {1, 0, ""}, {"", "begins an array that never ends", "write the file again"});
  return out;
}

/// The lines of a text, or the objects of an array. Line breaks at the end are nothing.
Result<std::vector<Line>> lines_of(std::string_view text, const std::string& file) {
  constexpr std::string_view blanks = " \t\r\n";
  text = text.substr(0, text.find_last_not_of(blanks) + 1);
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const std::size_t first = text.find_first_not_of(blanks);
  if (first != std::string_view::npos && text[first] == '[') return elements_of(text, file);
  std::vector<Line> out;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t stop = std::min(text.find('\n'), text.size());
    out.push_back({number, 0, text.substr(0, stop)});
    text.remove_prefix(std::min(stop + 1, text.size()));
  }
  return out;
}

/// Reads line after line: read(line, entry) fills an entry or says what is wrong with it.
template <class Entry, class Read>
Result<std::vector<Entry>> read_entries(const std::vector<Line>& lines, const std::string& file, const Read& read) {
  std::vector<Entry> entries;
  std::unordered_set<std::string> ids;
  for (const Line& line : lines) {
    Entry entry;
    std::optional<Problem> problem = read(line.text, entry);
    if (!problem && entry.id.empty()) problem = Problem{"id", "is empty", "give each line its own id"};
    if (!problem && !ids.insert(entry.id).second)
      problem = Problem{"id", in_quotes(entry.id) + " occurred before", "give each line its own id"};
    if (problem) return error_at(file, line, *std::move(problem));
    entries.push_back(std::move(entry));
  }
  if (entries.empty())
    return Error{ErrorCode::bad_input, file, "", "holds no lines", "write one JSON object on each line"};
  return entries;
}

/// The filters of a log, in the order of their lines; those of `wanted` alone stay among the lines.
Result<std::vector<std::string>> choose_filter(std::vector<Line>& lines, const std::string& file,
                                               const std::string& wanted) {
  std::vector<std::string> filters;
  std::vector<Line> kept;
  for (const Line& line : lines) {
    std::string filter;
    if (is_harness_line(line.text) && line.text.size() <= kMaxLineBytes) {
      const Result<HarnessLine> log = read_harness_line(line.text);
      if (log) filter = log->filter;  // what cannot be read is told with the line's turn
      if (log && std::find(filters.begin(), filters.end(), filter) == filters.end()) filters.push_back(filter);
    }
    if (wanted.empty() || filter == wanted) kept.push_back(line);
  }
  std::string list;
  for (const std::string& filter : filters) list += (list.empty() ? "" : ", ") + in_quotes(filter);
  if (!wanted.empty() && std::find(filters.begin(), filters.end(), wanted) == filters.end()) {
    return Error{ErrorCode::usage, file, "--filter",
                 filters.empty() ? "needs a log of lm_eval, this is none" : in_quotes(wanted) + " wrote no line of it",
                 filters.empty() ? "leave it out" : "use one of " + list};
  }
  if (wanted.empty() && filters.size() > 1) {
    return Error{ErrorCode::bad_input, file, "filter",
                 "is one of several, each with a line for every document: " + list, "name one with --filter"};
  }
  lines = std::move(kept);
  return filters;
}

}  // namespace

Result<std::vector<Item>> read_items(std::string_view text, const std::string& file) {
  const Result<std::vector<Line>> lines = lines_of(text, file);
  if (!lines) return lines.error();
  return read_entries<Item>(*lines, file, [](std::string_view line, Item& item) {
    std::optional<Problem> problem = read_item(line, item);
    return problem ? problem : check_item(item);
  });
}

Result<std::vector<Prediction>> read_predictions(std::string_view text, const std::string& file,
                                                 const LogChoice& choice, std::vector<std::string>* notes) {
  Result<std::vector<Line>> lines = lines_of(text, file);
  if (!lines) return lines.error();
  if (const auto filters = choose_filter(*lines, file, choice.filter); !filters) return filters.error();
  std::size_t logged = 0, repeated = 0, most = 1;
  auto read = read_entries<Prediction>(*lines, file, [&](std::string_view line, Prediction& prediction) {
    if (!is_harness_line(line)) return read_prediction(plain_json(line), prediction);
    if (std::optional<Problem> problem = check_line(line)) return problem;
    Result<HarnessLine> log = read_harness_line(line);
    if (!log) return std::optional(problem_of(std::move(log.error()), "log the samples again with lm_eval"));
    ++logged;
    const std::size_t texts = std::max(log->replies.size(), log->filtered.size());
    repeated += texts > 1 ? 1 : 0;
    most = std::max(most, texts);
    return take_harness_line(*log, choice.repeat, prediction);
  });
  if (read && logged == 0 && choice.repeat > 1)
    return Error{ErrorCode::usage, file, "--repeat", "needs a log of lm_eval, this is none", "leave it out"};
  if (read && repeated > 0 && notes != nullptr) {
    notes->push_back(file + ": " + std::to_string(repeated) + " documents have several replies, up to " +
                     std::to_string(most) + "; number " + std::to_string(choice.repeat) +
                     " of each is judged (--repeat)");
  }
  return read;
}

std::string write_items(std::span<const Item> items) {
  std::string out;
  for (const Item& item : items) {
    out += JsonValue::object({{"id", item.id},
                              {"task", item.task},
                              {"version", item.version},
                              {"slice", item.slice},
                              {"seed", item.seed},
                              {"index", item.index},
                              {"prompt", item.prompt},
                              {"answer", item.answer},
                              {"canonical", item.canonical},
                              {"depth", item.depth}})
               .compact() +
           '\n';
  }
  return out;
}

std::string write_predictions(std::span<const Prediction> predictions) {
  std::string out;
  for (const Prediction& prediction : predictions)
    out += JsonValue::object({{"id", prediction.id}, {"answer", prediction.answer}}).compact() + '\n';
  return out;
}

}  // namespace trm::tasks
