#include "tasks/harness_log.h"

#include "engine/io/strict_json.h"

namespace trm::tasks {
namespace {

/// Keeps three texts and passes over all else, of which there is much: the arguments repeat every prompt.
class Reader final : public JsonHandler {
 public:
  bool on_null() override { return true; }
  bool on_bool(bool) override { return true; }
  bool on_unsigned(std::uint64_t) override { return true; }
  bool on_negative(std::int64_t) override { return true; }
  bool on_double(double) override { return true; }

  bool on_key(std::string& key) override {
    if (depth_ == 1) {
      field_ = key;
      is_log_ = is_log_ || key == "resps" || key == "filtered_resps";
    }
    key_ = key;
    return true;
  }
  bool on_string(std::string& value) override {
    if (depth_ == 2 && field_ == "doc" && key_ == "id") line_.id = value;
    if (field_ == "resps" && !line_.reply) line_.reply = value;
    if (field_ == "filtered_resps" && !line_.filtered) line_.filtered = value;
    return true;
  }
  bool on_begin_object() override { return enter(); }
  bool on_end_object() override { return leave(); }
  bool on_begin_array() override { return enter(); }
  bool on_end_array() override { return leave(); }

  [[nodiscard]] bool is_log() const { return is_log_; }
  [[nodiscard]] HarnessLine take() { return std::move(line_); }

 private:
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
  bool is_log_ = false;
  HarnessLine line_;
};

}  // namespace

std::optional<HarnessLine> read_harness_line(std::string_view line) {
  if (line.find("resps\"") == std::string_view::npos) return std::nullopt;
  Reader reader;
  if (!parse_strict_json(line, "", reader).ok() || !reader.is_log()) return std::nullopt;
  return reader.take();
}

}  // namespace trm::tasks
