#include "tasks/jsonl.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_set>
#include <utility>
#include <variant>

#include "engine/io/files.h"
#include "tasks/harness_log.h"
#include "tasks/words.h"

namespace trm::tasks {
namespace {

using nlohmann::json;

/// A value of a flat object: text, a whole number, or what else it was.
struct Other {
  const char* what;
};
using Value = std::variant<std::string, std::uint64_t, Other>;

/// Problem of a line; field is empty if it concerns the whole line.
struct Problem {
  std::string field, message, fix;
};

/// Receives the parser's events and keeps the fields of one flat object. Nothing nested is ever built.
class FlatReader final : public nlohmann::json_sax<json> {
 public:
  [[nodiscard]] const Problem& problem() const { return problem_; }
  [[nodiscard]] std::vector<std::pair<std::string, Value>>& fields() { return fields_; }

  bool null() override { return keep(Other{"null"}); }
  bool boolean(bool) override { return keep(Other{"true or false"}); }
  bool number_integer(number_integer_t) override { return keep(Other{"a negative number"}); }
  bool number_unsigned(number_unsigned_t value) override { return keep(std::uint64_t{value}); }
  bool number_float(number_float_t, const string_t&) override {
    return keep(Other{"a fraction or too large a number"});
  }
  bool string(string_t& text) override { return keep(std::move(text)); }
  bool binary(binary_t&) override { return keep(Other{"binary data"}); }
  bool start_array(std::size_t) override { return nested("an array"); }
  bool end_array() override { return true; }
  bool end_object() override { return true; }

  bool start_object(std::size_t) override {
    if (open_) return nested("an object");
    open_ = true;
    return true;
  }

  bool key(string_t& name) override {
    for (const auto& [known, value] : fields_)
      if (known == name) return fail({in_quotes(name), "occurs twice", "keep one of them"});
    fields_.emplace_back(std::move(name), Other{"nothing"});
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) override {
    constexpr int number_overflow = 406;  // of the library's table of exceptions
    if (error.id == number_overflow) return fail({"", "holds a number that is too large", "write smaller numbers"});
    return fail({"", "is not valid JSON at byte " + std::to_string(position), "write one JSON object on each line"});
  }

 private:
  bool fail(Problem problem) {
    problem_ = std::move(problem);
    return false;
  }
  bool keep(Value value) {
    if (!open_) return fail({"", "is not a JSON object", "write one JSON object on each line"});
    fields_.back().second = std::move(value);
    return true;
  }
  bool nested(const char* what) {
    if (!open_) return fail({"", "is not a JSON object", "write one JSON object on each line"});
    return fail({in_quotes(fields_.back().first), std::string("is ") + what, "write a string or a whole number"});
  }

  bool open_ = false;
  std::vector<std::pair<std::string, Value>> fields_;
  Problem problem_;
};

/// Where a line's fields go.
struct Target {
  const char* name;
  std::variant<std::string*, std::uint64_t*> place;
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

std::string type_of(const Value& value) {
  if (std::holds_alternative<std::string>(value)) return "a string";
  if (std::holds_alternative<std::uint64_t>(value)) return "a number";
  return std::get<Other>(value).what;
}

/// Fills the targets from one line; nothing is left over and nothing is left out.
std::optional<Problem> read_line(std::string_view line, std::span<const Target> targets) {
  if (line.size() > max_line_bytes) {
    return Problem{"", "has " + std::to_string(line.size()) + " bytes",
                   "keep lines within " + std::to_string(max_line_bytes)};
  }
  if (!valid_utf8(line)) return Problem{"", "is not valid UTF-8", "save the file as UTF-8"};
  if (line.find_first_not_of(" \t\r") == std::string_view::npos)
    return Problem{"", "is empty", "remove it or write one JSON object on it"};

  FlatReader reader;
  if (!json::sax_parse(line, &reader)) return reader.problem();
  for (auto& [name, value] : reader.fields()) {
    const Target* target = nullptr;
    for (const Target& candidate : targets)
      if (name == candidate.name) target = &candidate;
    if (target == nullptr) {
      std::string known;
      for (const Target& candidate : targets) known += (known.empty() ? "" : ", ") + std::string(candidate.name);
      return Problem{in_quotes(name), "is not a known field", "use " + known};
    }
    if (!std::visit([&, &from = value](auto* place) { return store(place, from); }, target->place)) {
      const bool text = std::holds_alternative<std::string*>(target->place);
      return Problem{name, "is " + type_of(value),
                     text ? "write a string" : "write a whole number from 0 to 18446744073709551615"};
    }
  }
  for (const Target& target : targets) {
    bool found = false;
    for (const auto& [name, value] : reader.fields()) found = found || name == target.name;
    if (!found) return Problem{target.name, "is missing", "add it"};
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
std::optional<Problem> take_harness_line(HarnessLine& line, Prediction& out) {
  if (!line.id) return Problem{"doc.id", "is missing", "ask the documents of trm tasks gen --format lm-eval"};
  if (!line.filtered && !line.reply) return Problem{"resps", "holds no text", "log a task that generates text"};
  out.id = *std::move(line.id);
  out.answer = line.filtered ? *std::move(line.filtered) : *line.reply;
  if (line.reply) out.reply = *std::move(line.reply);
  return std::nullopt;
}

/// Reads line after line: read(line, entry) fills an entry or says what is wrong with it.
template <class Entry, class Read>
Result<std::vector<Entry>> read_entries(std::string_view text, const std::string& file, const Read& read) {
  std::vector<Entry> entries;
  std::unordered_set<std::string> ids;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t stop = std::min(text.find('\n'), text.size());
    Entry entry;
    std::optional<Problem> problem = read(text.substr(0, stop), entry);
    if (!problem && entry.id.empty()) problem = Problem{"id", "is empty", "give each line its own id"};
    if (!problem && !ids.insert(entry.id).second)
      problem = Problem{"id", in_quotes(entry.id) + " occurred before", "give each line its own id"};
    if (problem) {
      std::string place = "line " + std::to_string(number);
      if (!problem->field.empty()) place += ": " + problem->field;
      return Error{ErrorCode::bad_input, file, std::move(place), std::move(problem->message), std::move(problem->fix)};
    }
    entries.push_back(std::move(entry));
    text.remove_prefix(std::min(stop + 1, text.size()));
  }
  if (entries.empty())
    return Error{ErrorCode::bad_input, file, "", "holds no lines", "write one JSON object on each line"};
  return entries;
}

std::string line_of(const nlohmann::ordered_json& object) {
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace

Result<std::vector<Item>> read_items(std::string_view text, const std::string& file) {
  return read_entries<Item>(text, file, [](std::string_view line, Item& item) {
    std::uint64_t version = 0, depth = 0;
    const Target targets[] = {{"id", &item.id},         {"task", &item.task},     {"version", &version},
                              {"slice", &item.slice},   {"seed", &item.seed},     {"index", &item.index},
                              {"prompt", &item.prompt}, {"answer", &item.answer}, {"canonical", &item.canonical},
                              {"depth", &depth}};
    std::optional<Problem> problem = read_line(line, targets);
    item.version = static_cast<std::size_t>(version);
    item.depth = static_cast<std::size_t>(depth);
    return problem ? problem : check_item(item);
  });
}

Result<std::vector<Prediction>> read_predictions(std::string_view text, const std::string& file) {
  return read_entries<Prediction>(text, file, [](std::string_view line, Prediction& prediction) {
    if (line.size() <= max_line_bytes) {
      if (std::optional<HarnessLine> log = read_harness_line(line)) return take_harness_line(*log, prediction);
    }
    const Target targets[] = {{"id", &prediction.id}, {"answer", &prediction.answer}};
    return read_line(line, targets);
  });
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
