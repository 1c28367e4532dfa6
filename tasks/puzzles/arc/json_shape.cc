#include "tasks/puzzles/arc/json_shape.h"

#include <utility>

#include "engine/json/strict_json.h"
#include "tasks/puzzles/arc/canvas.h"

namespace trm::tasks::arc {
namespace {

using Kind = JsonShape::Kind;

constexpr JsonShape kRowShape{Kind::row}, kColourShape{Kind::colour}, kTokenShape{Kind::token};

bool is_grid(const JsonShape& shape) {
  return shape.kind == Kind::grid || shape.kind == Kind::grid_or_empty;
}

/// What a person has to write to meet the shape.
std::string wanted(const JsonShape& shape) {
  switch (shape.kind) {
    case Kind::object: {
      std::string out;
      for (const ShapeField& field : shape.fields)
        out += (out.empty() ? "an object with " : ", ") + std::string(field.name);
      return out;
    }
    case Kind::map:
      return "an object";
    case Kind::list:
      return "a list";
    case Kind::grid:
    case Kind::grid_or_empty:
      return "a list of 1 to 30 rows";
    case Kind::row:
      return "a list of 1 to 30 colours";
    case Kind::colour:
      return "a colour from 0 to 9";
    case Kind::canvas:
      return "a list of " + std::to_string(kCanvasTokens) + " tokens";
    case Kind::token:
      return "a token from 0 to " + std::to_string(kCanvasVocabulary - 1);
    case Kind::text:
      return "a string";
    case Kind::whole:
      return "a whole number from 0";
    case Kind::real:
      return "a number";
  }
  return "";
}

class ShapeReader final : public JsonHandler {
 public:
  ShapeReader(const std::string& file, const JsonShape& shape, const Sink& sink)
      : file_(file), root_(shape), sink_(sink) {}

  bool on_null() override { return wrong("null"); }
  bool on_bool(bool value) override { return wrong(value ? "true" : "false"); }
  bool on_string(std::string& value) override {
    return next().kind == Kind::text ? deliver(std::move(value)) : wrong("the string " + json_shown(value));
  }
  bool on_negative(std::int64_t value) override {
    return next().kind == Kind::real ? deliver(static_cast<double>(value)) : wrong(std::to_string(value));
  }
  bool on_double(double value) override {
    return next().kind == Kind::real ? deliver(value) : wrong("a fraction or too large a number");
  }

  bool on_unsigned(std::uint64_t value) override {
    switch (next().kind) {
      case Kind::colour:
        if (value >= kColourCount) return wrong(std::to_string(value));
        if (open_.back().count == kMaxSide) return wrong("one cell too many", "write at most 30 in a row");
        grid_.cells.push_back(static_cast<std::uint8_t>(value));
        ++open_.back().count;
        return true;
      case Kind::token:
        if (value >= kCanvasVocabulary) return wrong(std::to_string(value));
        if (open_.back().count == kCanvasTokens)
          return wrong("one token too many", "write " + std::to_string(kCanvasTokens));
        tokens_.push_back(static_cast<std::uint8_t>(value));
        ++open_.back().count;
        return true;
      case Kind::whole:
        return deliver(value);
      case Kind::real:
        return deliver(static_cast<double>(value));
      default:
        return wrong(std::to_string(value));
    }
  }

  bool on_begin_object() override {
    const JsonShape& shape = next();
    if (shape.kind != Kind::object && shape.kind != Kind::map) return wrong("an object");
    open_.push_back({&shape, {}, nullptr, 0, 0});
    return true;
  }

  bool on_key(std::string& key) override {
    Open& at = open_.back();
    at.name = key;
    if (at.shape->kind == Kind::map) return true;
    for (std::size_t i = 0; i < at.shape->fields.size(); ++i) {
      if (at.shape->fields[i].name != key) continue;
      at.value = at.shape->fields[i].shape;
      at.seen |= std::uint64_t{1} << i;
      return true;
    }
    std::string message = "is an unknown field", fix = "write " + wanted(*at.shape);
    return reject({ErrorCode::bad_input, file_, place(), std::move(message), std::move(fix)});
  }

  bool on_end_object() override {
    Open& at = open_.back();
    for (std::size_t i = 0; i < at.shape->fields.size(); ++i) {
      const ShapeField& field = at.shape->fields[i];
      if (!field.required || (at.seen >> i & 1) != 0) continue;
      at.name = field.name;
      return reject({ErrorCode::bad_input, file_, place(), "is missing", "write " + wanted(*field.shape)});
    }
    return close();
  }

  bool on_begin_array() override {
    const JsonShape& shape = next();
    if (is_grid(shape)) {
      grid_ = {};
    } else if (shape.kind == Kind::canvas) {
      tokens_.clear();
    } else if (shape.kind == Kind::row) {
      if (open_.back().count == kMaxSide) return wrong("one row too many", "write at most 30");
    } else if (shape.kind != Kind::list) {
      return wrong("a list");
    }
    open_.push_back({&shape, {}, nullptr, 0, 0});
    return true;
  }

  bool on_end_array() override {
    const JsonShape& shape = *open_.back().shape;
    const std::size_t count = open_.back().count;
    if (count == 0 && shape.kind != Kind::grid_or_empty) return close();
    open_.pop_back();
    switch (shape.kind) {
      case Kind::row:
        if (grid_.rows == 0) grid_.columns = count;
        if (count != grid_.columns) {
          return wrong("a row of " + std::to_string(count) + " cells below rows of " + std::to_string(grid_.columns),
                       "make all rows equally long");
        }
        grid_.rows = ++open_.back().count;
        return true;
      case Kind::canvas:
        if (count != kCanvasTokens) return wrong("a list of " + std::to_string(count));
        return deliver(std::move(tokens_));
      case Kind::grid:
      case Kind::grid_or_empty:
        return deliver(std::move(grid_));
      default:
        return step();
    }
  }

 private:
  /// An object or list that is being read.
  struct Open {
    const JsonShape* shape;
    std::string name;        ///< of the value being read, in objects
    const JsonShape* value;  ///< its shape, in objects with known fields
    std::size_t count;       ///< values read
    std::uint64_t seen;      ///< fields, one bit each
  };

  /// Shape of the value that comes next.
  [[nodiscard]] const JsonShape& next() const {
    if (open_.empty()) return root_;
    const Open& at = open_.back();
    switch (at.shape->kind) {
      case Kind::object:
        return *at.value;
      case Kind::grid:
      case Kind::grid_or_empty:
        return kRowShape;
      case Kind::row:
        return kColourShape;
      case Kind::canvas:
        return kTokenShape;
      default:
        return *at.shape->element;
    }
  }

  [[nodiscard]] std::string place() const {
    std::string out;
    for (const Open& at : open_) {
      if (at.shape->kind == Kind::object || at.shape->kind == Kind::map)
        out += (out.empty() ? "" : ".") + at.name;
      else
        out += "[" + std::to_string(at.count) + "]";
    }
    return out;
  }

  bool wrong(const std::string& what, std::string fix = "") {
    if (fix.empty()) fix = "write " + wanted(next());
    return reject({ErrorCode::bad_input, file_, place(), "is " + what, std::move(fix)});
  }

  bool step() {
    if (!open_.empty()) ++open_.back().count;
    return true;
  }

  /// Ends an object or list that must not be empty.
  bool close() {
    const bool empty = open_.back().count == 0;
    open_.pop_back();
    return empty ? wrong("empty") : step();
  }

  bool deliver(Leaf leaf) {
    std::vector<Step> path;
    for (const Open& at : open_) path.push_back({at.name, at.count});
    sink_(path, std::move(leaf));
    return step();
  }

  const std::string& file_;
  const JsonShape& root_;
  const Sink& sink_;
  std::vector<Open> open_;
  Grid grid_;
  std::vector<std::uint8_t> tokens_;
};

}  // namespace

Status read_shape(std::string_view text, const std::string& file, const JsonShape& shape, const Sink& sink) {
  ShapeReader reader(file, shape, sink);
  return parse_strict_json(text, file, reader);
}

}  // namespace trm::tasks::arc
