#include "tasks/puzzles/dataset_json.h"

#include <limits>
#include <unordered_set>
#include <utility>

#include "engine/json/json_object.h"
#include "engine/json/strict_json.h"

namespace trm::tasks {
namespace {

/// Offsets are 32 bits, so nothing can be counted beyond.
constexpr std::size_t kMaxCount = std::numeric_limits<std::int32_t>::max();
/// Examples are stored as bytes.
constexpr std::size_t kMaxVocabulary = 256;
constexpr std::size_t kMaxSeqLen = std::size_t{1} << 20;

/// Keeps a list of strings and refuses everything else.
class NameList final : public JsonHandler {
 public:
  explicit NameList(const std::string& file) : file_(file) {}
  std::vector<std::string> names;

  bool on_null() override { return wrong(); }
  bool on_bool(bool) override { return wrong(); }
  bool on_unsigned(std::uint64_t) override { return wrong(); }
  bool on_negative(std::int64_t) override { return wrong(); }
  bool on_double(double) override { return wrong(); }
  bool on_key(std::string&) override { return wrong(); }
  bool on_begin_object() override { return wrong(); }
  bool on_end_object() override { return true; }
  bool on_end_array() override { return true; }
  bool on_begin_array() override { return std::exchange(open_, true) ? wrong() : true; }

  bool on_string(std::string& name) override {
    if (!open_) return wrong();
    if (!known_.insert(name).second)
      return reject({ErrorCode::bad_input, file_, place(), json_shown(name) + " occurred before", "name it once"});
    names.push_back(std::move(name));
    return true;
  }

 private:
  [[nodiscard]] std::string place() const { return "[" + std::to_string(names.size()) + "]"; }
  bool wrong() {
    if (!open_) return reject({ErrorCode::bad_input, file_, "", "is not a JSON list", "write [\"<blank>\", ...]"});
    return reject({ErrorCode::bad_input, file_, place(), "is not a string", "write a name"});
  }

  const std::string& file_;
  bool open_ = false;
  std::unordered_set<std::string> known_;
};

}  // namespace

Result<PuzzleMetadata> parse_puzzle_metadata(std::string_view text, const std::string& file) {
  Result<JsonObject> object = JsonObject::parse(text, file);
  if (!object) return object.error();
  for (const char* field : {"seq_len", "vocab_size", "pad_id", "ignore_label_id", "blank_identifier_id",
                            "num_puzzle_identifiers", "total_groups", "mean_puzzle_examples", "sets"}) {
    object->require(field);
  }
  PuzzleMetadata out;
  object->get("seq_len", out.seq_len, 1, kMaxSeqLen);
  object->get("vocab_size", out.vocab_size, 1, kMaxVocabulary);
  object->get("num_puzzle_identifiers", out.num_puzzle_identifiers, 1, kMaxCount);
  object->get("total_groups", out.total_groups, 0, kMaxCount);
  out.total_puzzles = out.total_groups;
  object->get("total_puzzles", out.total_puzzles, 0, kMaxCount);
  object->get("mean_puzzle_examples", out.mean_puzzle_examples, 0, static_cast<double>(kMaxCount));

  const auto last_token = static_cast<std::int64_t>(out.vocab_size) - 1;
  std::int64_t pad = 0, ignored = 0, blank = 0;
  object->get("pad_id", pad, 0, last_token);
  if (object->take_null("ignore_label_id")) {
    ignored = -1;
  } else {
    object->get("ignore_label_id", ignored, -1, last_token);
  }
  object->get("blank_identifier_id", blank, 0, static_cast<std::int64_t>(out.num_puzzle_identifiers) - 1);
  out.pad_id = static_cast<std::int32_t>(pad);
  out.ignore_label_id = static_cast<std::int32_t>(ignored);
  out.blank_identifier_id = static_cast<std::int32_t>(blank);

  std::vector<std::string> sets = {"all"};
  object->get("sets", sets);
  if (sets != std::vector<std::string>{"all"}) object->fail("sets", "is not [\"all\"]", "join the sets into one");
  if (Status status = object->finish(); !status) return status.error();
  return out;
}

std::string write_puzzle_metadata(const PuzzleMetadata& metadata) {
  JsonWriter out;
  out.set("seq_len", metadata.seq_len);
  out.set("vocab_size", metadata.vocab_size);
  out.set("pad_id", std::int64_t{metadata.pad_id});
  out.set("ignore_label_id", std::int64_t{metadata.ignore_label_id});
  out.set("blank_identifier_id", std::int64_t{metadata.blank_identifier_id});
  out.set("num_puzzle_identifiers", metadata.num_puzzle_identifiers);
  out.set("total_groups", metadata.total_groups);
  out.set("total_puzzles", metadata.total_puzzles);
  out.set("mean_puzzle_examples", metadata.mean_puzzle_examples);
  out.set("sets", std::vector<std::string>{"all"});
  return out.text();
}

Result<std::vector<std::string>> parse_identifiers(std::string_view text, const std::string& file) {
  NameList list(file);
  if (Status status = parse_strict_json(text, file, list); !status) return status.error();
  if (list.names.empty()) return Error{ErrorCode::bad_input, file, "", "names nothing", "write [\"<blank>\", ...]"};
  return std::move(list.names);
}

std::string write_identifier_list(std::span<const std::string> names) {
  std::string out = "[";
  for (const std::string& name : names) out += (out.size() == 1 ? "" : ", ") + json_quoted(name);
  return out + "]\n";
}

}  // namespace trm::tasks
