#include "engine/import/yaml_config.h"

#if TRM_HAVE_YAML
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <exception>
#include <sstream>
#include <utility>
#include <vector>
#endif

#include "engine/json/strict_json.h"

namespace trm {

#if TRM_HAVE_YAML

namespace {

constexpr std::size_t kMaxBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxDepth = 32;
constexpr std::size_t kMaxItems = 100'000;

// Carries an error out of the parser, no further than this file.
struct Stop : std::exception {
  explicit Stop(Error e) : error(std::move(e)) {}
  Error error;
};

// Follows the path of each value. Anchors need no care: without aliases they have no effect.
class SectionReader : public YAML::EventHandler {
 public:
  SectionReader(const std::string& file, const std::string& section) : file_(file), section_(section) {}

  [[nodiscard]] bool found() const { return found_; }
  YamlSection take() { return std::move(scalars_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { scalar(mark, "~", false); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    count(mark);
    if (inside()) stop(mark, path(), "is an alias", "write its value");
    if (is_key()) stop(mark, path(), "has an alias for a key", "write its value");
    done();
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) override {
    check_tag(mark, tag);
    scalar(mark, value, tag == "!");
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    open(mark, false);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    open(mark, true);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Level {
    bool map = false;
    bool has_key = false;
    std::string key;
  };

  [[noreturn]] void stop(const YAML::Mark& mark, const std::string& field, std::string message, std::string fix) {
    const std::string line = "line " + std::to_string(mark.line + 1);
    throw Stop(Error{ErrorCode::bad_input, file_, field.empty() ? line : field + " at " + line, std::move(message),
                     std::move(fix)});
  }
  // "?" and "!" stand for plain and quoted.
  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    const bool plain = tag.empty() || tag == "?" || tag == "!";
    if (!plain && path().starts_with(section_)) stop(mark, path(), "has the tag " + json_shown(tag), "remove it");
  }
  void count(const YAML::Mark& mark) {
    if (++items_ > kMaxItems) {
      stop(mark, "", "has more than " + std::to_string(kMaxItems) + " items", "give the configuration alone");
    }
  }

  [[nodiscard]] bool is_key() const { return !levels_.empty() && levels_.back().map && !levels_.back().has_key; }
  // The value that comes next belongs to the section, at any depth.
  [[nodiscard]] bool inside() const { return levels_.size() > 1 && levels_.front().key == section_; }
  // "arch.loss.name", as far as keys are known.
  [[nodiscard]] std::string path() const {
    std::string out;
    for (const Level& level : levels_) {
      if (level.has_key) out += (out.empty() ? "" : ".") + level.key;
    }
    return out;
  }
  [[nodiscard]] bool in_list() const {
    for (const Level& level : levels_) {
      if (!level.map) return true;
    }
    return false;
  }

  void scalar(const YAML::Mark& mark, const std::string& text, bool quoted) {
    count(mark);
    if (is_key()) {
      levels_.back().key = text;
      levels_.back().has_key = true;
      return;
    }
    if (inside() && !in_list()) {
      const std::string full = path();
      const auto line = static_cast<std::size_t>(mark.line) + 1;
      if (!scalars_.emplace(full.substr(section_.size() + 1), YamlScalar{text, quoted, line}).second) {
        stop(mark, full, "appears twice", "keep one of the two");
      }
    }
    done();
  }
  void open(const YAML::Mark& mark, bool map) {
    count(mark);
    if (is_key()) stop(mark, path(), "has a key that is no text", "write plain keys");
    if (levels_.size() == kMaxDepth) {
      stop(mark, path(), "is nested deeper than " + std::to_string(kMaxDepth), "give the configuration alone");
    }
    if (levels_.size() == 1 && levels_.front().key == section_ && map) {
      if (found_) stop(mark, section_, "appears twice", "keep one of the two");
      found_ = true;
    }
    levels_.push_back({map, false, {}});
  }
  void close() {
    levels_.pop_back();
    done();
  }
  // A value is complete: its mapping waits for the next key.
  void done() {
    if (!levels_.empty()) levels_.back().has_key = false;
  }

  const std::string& file_;
  const std::string& section_;
  std::vector<Level> levels_;
  YamlSection scalars_;
  std::size_t items_ = 0;
  bool found_ = false;
};

// wandb keeps each section as {desc: a text or null, value: the section}.
YamlSection without_wandb(const YamlSection& section) {
  constexpr std::string_view kValue = "value.";
  YamlSection out;
  for (const auto& [key, scalar] : section) {
    if (key == "desc") continue;
    if (!key.starts_with(kValue)) return section;
    out.emplace(key.substr(kValue.size()), scalar);
  }
  return out.empty() ? section : out;
}

}  // namespace

bool have_yaml() {
  return true;
}

Result<YamlSection> read_yaml_section(std::string_view text, const std::string& file, const std::string& section) {
  const auto bad = [&file](std::string field, std::string message, std::string fix) {
    return Error{ErrorCode::bad_input, file, std::move(field), std::move(message), std::move(fix)};
  };
  if (text.size() > kMaxBytes) {
    return bad("", "is larger than " + std::to_string(kMaxBytes) + " bytes", "give the configuration alone");
  }
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    SectionReader reader(file, section);
    if (!parser.HandleNextDocument(reader) || !reader.found()) {
      return bad(section, "is missing", "give the all_config.yaml of a training run");
    }
    return without_wandb(reader.take());
  } catch (const Stop& stop) {
    return stop.error;
  } catch (const YAML::Exception& e) {
    return bad("line " + std::to_string(e.mark.line + 1), "is not YAML: " + e.msg, "give the file as it was saved");
  } catch (const std::exception& e) {
    return bad("", std::string("cannot be read as YAML: ") + e.what(), "give the file as it was saved");
  }
}

#else

bool have_yaml() {
  return false;
}

Result<YamlSection> read_yaml_section(std::string_view, const std::string& file, const std::string&) {
  return Error{ErrorCode::unsupported, file, "", "cannot be read: this build has no YAML",
               "build it with yaml-cpp, or give the fields as options"};
}

#endif

}  // namespace trm
