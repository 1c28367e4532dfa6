#include "tasks/exchange/jsonl.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_set>
#include <utility>
#include <variant>

#include "engine/base/utf8.h"
#include "engine/sys/files.h"
#include "tasks/base/words.h"
#include "tasks/exchange/harness_log.h"
#include "tasks/exchange/python_json.h"
#include "tasks/registry.h"

namespace trm::tasks {
namespace {

using nlohmann::json;

/// A value of a flat object: text, a whole number, one that no machine word holds, or what else it was.
struct Digits {
  std::string text;
};
struct Other {
  const char* what;
};
using Value = std::variant<std::string, std::uint64_t, Digits, Other>;

/// Problem of a line; field is empty if it concerns the whole line.
struct Problem {
  std::string field, message, fix;
};

/// Receives the parser's events and keeps the fields of one flat object. What is nested in them is passed over.
class FlatReader final : public nlohmann::json_sax<json> {
 public:
  [[nodiscard]] const Problem& problem() const { return problem_; }
  [[nodiscard]] std::vector<std::pair<std::string, Value>>& fields() { return fields_; }

  bool null() override { return keep(Other{"null"}); }
  bool boolean(bool) override { return keep(Other{"true or false"}); }
  bool number_integer(number_integer_t value) override { return keep(Digits{std::to_string(value)}); }
  bool number_unsigned(number_unsigned_t value) override { return keep(std::uint64_t{value}); }
  bool number_float(number_float_t, const string_t& text) override {
    const std::size_t sign = text.starts_with('-') ? 1 : 0;
    if (text.find_first_not_of("0123456789", sign) == std::string::npos) return keep(Digits{text});
    return keep(Other{"a fraction"});
  }
  bool string(string_t& text) override { return keep(std::move(text)); }
  bool binary(binary_t&) override { return keep(Other{"binary data"}); }
  bool start_array(std::size_t) override { return depth_ == 0 ? no_object() : enter("an array"); }
  bool end_array() override { return leave(); }
  bool start_object(std::size_t) override { return enter("an object"); }
  bool end_object() override { return leave(); }

  bool key(string_t& name) override {
    if (depth_ > 1) return true;
    for (const auto& [known, value] : fields_)
      if (known == name) return fail({in_quotes(name), "occurs twice", "keep one of them"});
    fields_.emplace_back(std::move(name), Other{"nothing"});
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) override {
    constexpr int number_overflow = 406;  // of the library's table of exceptions
    std::string behind = fields_.empty() ? "" : " (behind " + in_quotes(fields_.back().first) + ")";
    if (error.id == number_overflow) {
      return fail({"", "holds a number that is too large" + behind, "write smaller numbers, or a string"});
    }
    return fail(
        {"", "is not valid JSON at byte " + std::to_string(position) + behind, "write one JSON object on each line"});
  }

 private:
  bool fail(Problem problem) {
    problem_ = std::move(problem);
    return false;
  }
  bool no_object() { return fail({"", "is not a JSON object", "write one JSON object on each line"}); }
  bool keep(Value value) {
    if (depth_ == 0) return no_object();
    if (depth_ == 1) fields_.back().second = std::move(value);
    return true;
  }
  bool enter(const char* what) {
    if (depth_ == 1) fields_.back().second = Other{what};
    ++depth_;
    return true;
  }
  bool leave() {
    --depth_;
    return true;
  }

  std::size_t depth_ = 0;
  std::vector<std::pair<std::string, Value>> fields_;
  Problem problem_;
};

/// A text, or a whole number as its digits.
struct TextOrNumber {
  std::string* text;
};

/// Where a line's fields go.
struct Target {
  const char* name;
  std::variant<std::string*, std::uint64_t*, TextOrNumber> place;
};

bool store(std::uint64_t* place, const Value& value) {
  const std::uint64_t* number = std::get_if<std::uint64_t>(&value);
  if (number == nullptr) return false;
  *place = *number;
  return true;
}

bool store(std::string* place, const Value& value) {
  const std::string* text = std::get_if<std::string>(&value);
  if (text == nullptr) return false;
  *place = *text;
  return true;
}

bool store(TextOrNumber place, const Value& value) {
  if (const auto* number = std::get_if<std::uint64_t>(&value)) {
    *place.text = std::to_string(*number);
  } else if (const auto* digits = std::get_if<Digits>(&value)) {
    *place.text = digits->text;
  } else {
    return store(place.text, value);
  }
  return true;
}

std::string type_of(const Value& value) {
  if (std::holds_alternative<std::string>(value)) return "a string";
  if (std::holds_alternative<std::uint64_t>(value)) return "a number";
  if (const auto* digits = std::get_if<Digits>(&value))
    return digits->text.starts_with('-') ? "a negative number" : "too large a number";
  return std::get<Other>(value).what;
}

/// What concerns a line whatever is on it.
std::optional<Problem> check_line(std::string_view line) {
  if (line.size() > max_line_bytes) {
    return Problem{"", "has " + std::to_string(line.size()) + " bytes",
                   "keep lines within " + std::to_string(max_line_bytes)};
  }
  if (!valid_utf8(line)) return Problem{"", "is not valid UTF-8", "save the file as UTF-8"};
  if (line.find_first_not_of(" \t\r") == std::string_view::npos)
    return Problem{"", "is empty", "remove it or write one JSON object on it"};
  return std::nullopt;
}

enum class Unknown { refused, passed_over };

/// Fills the targets from one line; nothing is left out.
std::optional<Problem> read_line(std::string_view line, std::span<const Target> targets, Unknown unknown) {
  if (std::optional<Problem> problem = check_line(line)) return problem;
  FlatReader reader;
  if (!json::sax_parse(line, &reader)) return reader.problem();
  for (auto& [name, value] : reader.fields()) {
    const Target* target = nullptr;
    for (const Target& candidate : targets)
      if (name == candidate.name) target = &candidate;
    if (target == nullptr && unknown == Unknown::passed_over) continue;
    if (target == nullptr) {
      std::string known;
      for (const Target& candidate : targets) known += (known.empty() ? "" : ", ") + std::string(candidate.name);
      return Problem{in_quotes(name), "is not a known field", "use " + known};
    }
    if (!std::visit([&, &from = value](auto place) { return store(place, from); }, target->place)) {
      constexpr const char* fixes[] = {"write a string", "write a whole number from 0 to 18446744073709551615",
                                       "write a string or a whole number"};
      return Problem{name, "is " + type_of(value), fixes[target->place.index()]};
    }
  }
  for (const Target& target : targets) {
    bool found = false;
    for (const auto& [name, value] : reader.fields()) found = found || name == target.name;
    if (found) continue;
    std::string there;
    for (const auto& [name, value] : reader.fields()) there += (there.empty() ? "" : ", ") + in_quotes(name);
    return Problem{target.name, "is missing", there.empty() ? "add it" : "add it: the line has " + there};
  }
  return std::nullopt;
}

/// Is it a line of trm tasks gen? Its answer is no one's prediction.
bool is_item(std::string_view line) {
  FlatReader reader;
  if (!json::sax_parse(line, &reader)) return false;
  constexpr std::string_view fields[] = {"task", "version", "slice", "prompt", "canonical"};
  return std::all_of(std::begin(fields), std::end(fields), [&](std::string_view field) {
    return std::any_of(reader.fields().begin(), reader.fields().end(), [&](const auto& f) { return f.first == field; });
  });
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
    if (is_harness_line(line.text) && line.text.size() <= max_line_bytes) {
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

std::string line_of(const nlohmann::ordered_json& object) {
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace

Result<std::vector<Item>> read_items(std::string_view text, const std::string& file) {
  const Result<std::vector<Line>> lines = lines_of(text, file);
  if (!lines) return lines.error();
  return read_entries<Item>(*lines, file, [](std::string_view line, Item& item) {
    std::uint64_t version = 0, depth = 0;
    const Target targets[] = {{"id", &item.id},         {"task", &item.task},     {"version", &version},
                              {"slice", &item.slice},   {"seed", &item.seed},     {"index", &item.index},
                              {"prompt", &item.prompt}, {"answer", &item.answer}, {"canonical", &item.canonical},
                              {"depth", &depth}};
    std::optional<Problem> problem = read_line(line, targets, Unknown::refused);
    item.version = static_cast<std::size_t>(version);
    item.depth = static_cast<std::size_t>(depth);
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
    if (!is_harness_line(line)) {
      const Target targets[] = {{"id", TextOrNumber{&prediction.id}}, {"answer", TextOrNumber{&prediction.answer}}};
      const std::string json = plain_json(line);
      std::optional<Problem> problem = read_line(json, targets, Unknown::passed_over);
      if (!problem && is_item(json)) {
        problem = Problem{"", "is an item, whose answer is the right one, not a prediction",
                          "write the id of the item and the answer that was given"};
      }
      return problem;
    }
    if (std::optional<Problem> problem = check_line(line)) return problem;
    Result<HarnessLine> log = read_harness_line(line);
    if (!log) {
      Error& error = log.error();
      // It counts lines within the text that it was given.
      constexpr std::string_view only = "at line 1, column";
      if (const std::size_t at = error.message.find(only); at != std::string::npos)
        error.message.replace(at, only.size(), "at column");
      return std::optional<Problem>({error.field, error.message, "log the samples again with lm_eval"});
    }
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
    out += line_of({{"id", item.id},
                    {"task", item.task},
                    {"version", item.version},
                    {"slice", item.slice},
                    {"seed", item.seed},
                    {"index", item.index},
                    {"prompt", item.prompt},
                    {"answer", item.answer},
                    {"canonical", item.canonical},
                    {"depth", item.depth}});
  }
  return out;
}

std::string write_predictions(std::span<const Prediction> predictions) {
  std::string out;
  for (const Prediction& prediction : predictions)
    out += line_of({{"id", prediction.id}, {"answer", prediction.answer}});
  return out;
}

}  // namespace trm::tasks
