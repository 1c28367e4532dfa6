#include "tasks/exchange/harness_log.h"

#include <utility>

#include "engine/json/strict_json.h"
#include "tasks/exchange/python_json.h"

namespace trm::tasks {
namespace {

/// Keeps a few texts and passes over all else, of which there is much: the arguments repeat every prompt.
class Reader final : public JsonHandler {
 public:
  bool on_null() override { return true; }
  bool on_bool(bool) override { return true; }
  bool on_unsigned(std::uint64_t value) override { return whole(std::to_string(value)); }
  bool on_negative(std::int64_t value) override { return whole(std::to_string(value)); }
  bool on_double(double) override { return true; }

  bool on_key(std::string& key) override {
    if (depth_ == 1) field_ = key;
    key_ = key;
    return true;
  }
  bool on_string(std::string& value) override {
    if (depth_ == 2 && field_ == "doc" && key_ == "id") line_.id = value;
    if (depth_ == 1 && field_ == "filter") line_.filter = value;
    if (field_ == "resps") line_.replies.push_back(value);
    if (field_ == "filtered_resps") line_.filtered.push_back(value);
    return true;
  }
  bool on_begin_object() override { return enter(); }
  bool on_end_object() override { return leave(); }
  bool on_begin_array() override { return enter(); }
  bool on_end_array() override { return leave(); }

  [[nodiscard]] HarnessLine take() { return std::move(line_); }

 private:
  /// Documents of others may count from 0.
  bool whole(std::string digits) {
    if (depth_ == 2 && field_ == "doc" && key_ == "id") line_.id = std::move(digits);
    return true;
  }
  bool enter() {
    ++depth_;
    return true;
  }
  bool leave() {
    --depth_;
    return true;
  }

  std::size_t depth_ = 0;
  std::string field_, key_;  ///< of the outermost object; the latest of any
  HarnessLine line_;
};

}  // namespace

bool is_harness_line(std::string_view line) {
  for (const std::string_view key : {"\"resps\"", "\"filtered_resps\""}) {
    for (std::size_t at = line.find(key); at != std::string_view::npos; at = line.find(key, at + 1)) {
      // Within a text its quotes have a backslash before them.
      if (at > 0 && line[at - 1] == '\\') continue;
      const std::size_t next = line.find_first_not_of(" \t", at + key.size());
      if (next != std::string_view::npos && line[next] == ':') return true;
    }
  }
  return false;
}

Result<HarnessLine> read_harness_line(std::string_view line) {
  Reader reader;
  const std::string json = plain_json(line);
  if (Status status = parse_strict_json(json, "", reader); !status) return status.error();
  return reader.take();
}

}  // namespace trm::tasks
