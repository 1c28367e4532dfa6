#include "engine/json/json_value.h"

#include <algorithm>
#include <type_traits>

#include "engine/json/json_number.h"
#include "engine/json/strict_json.h"

namespace trm {
namespace {

class TreeBuilder : public JsonHandler {
 public:
  TreeBuilder(const std::string& file, bool object_wanted, JsonValue& root)
      : file_(file), object_wanted_(object_wanted), root_(root) {}

  bool on_null() override { return add(JsonValue()) != nullptr; }
  bool on_bool(bool v) override { return add(v) != nullptr; }
  bool on_unsigned(std::uint64_t v) override { return add(v) != nullptr; }
  bool on_negative(std::int64_t v) override { return add(v) != nullptr; }
  bool on_double(double v) override { return add(v) != nullptr; }
  bool on_long_number(double v, const std::string& digits) override {
    return add(JsonLongNumber{digits, v}) != nullptr;
  }
  bool on_string(std::string& v) override { return add(std::move(v)) != nullptr; }
  bool on_key(std::string& key) override {
    key_ = std::move(key);
    return true;
  }
  bool on_begin_object() override { return open(add(JsonValue::object())); }
  bool on_begin_array() override { return open(add(JsonValue::array())); }
  bool on_end_object() override { return close(); }
  bool on_end_array() override { return close(); }

 private:
  /// Null after reject(): the root is not an object.
  JsonValue* add(JsonValue value) {
    if (open_.empty()) {
      if (object_wanted_ && value.as<JsonValue::Object>() == nullptr) {
        reject(Error{ErrorCode::bad_input, file_, "", "is not a JSON object", "write {...}"});
        return nullptr;
      }
      root_ = std::move(value);
      return &root_;
    }
    // An array or object grows only while nothing in it is open, so the pointers to what is open stay valid.
    if (auto* array = open_.back()->as<JsonValue::Array>()) return &array->emplace_back(std::move(value));
    auto& fields = *open_.back()->as<JsonValue::Object>();
    fields.push_back({std::move(key_), std::move(value)});
    return &fields.back().value;
  }
  bool open(JsonValue* value) {
    if (value != nullptr) open_.push_back(value);
    return value != nullptr;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  const std::string& file_;
  bool object_wanted_;
  JsonValue& root_;
  std::vector<JsonValue*> open_;
  std::string key_;
};

}  // namespace

class JsonPrinter {
 public:
  JsonPrinter(bool one_line, bool canonical) : one_line_(one_line), canonical_(canonical) {}

  void print(const JsonValue& value, std::size_t depth) {
    std::visit([&](const auto& v) { print(v, depth); }, value.data_);
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void print(std::nullptr_t, std::size_t) { out_ += "null"; }
  void print(bool v, std::size_t) { out_ += v ? "true" : "false"; }
  void print(std::uint64_t v, std::size_t) { out_ += std::to_string(v); }
  void print(std::int64_t v, std::size_t) { out_ += std::to_string(v); }
  void print(const JsonLongNumber& v, std::size_t) { out_ += v.digits; }
  void print(const std::string& v, std::size_t) { append_json_quoted(out_, v); }
  void print(double v, std::size_t) {
    if (canonical_)
      out_ += json_number(v);
    else
      append_json_decimal(out_, v);
  }

  void print(const JsonValue::Array& elements, std::size_t depth) {
    const bool in_a_row = canonical_ && std::none_of(elements.begin(), elements.end(), [](const JsonValue& v) {
                            return v.as<JsonValue::Object>() != nullptr || v.as<JsonValue::Array>() != nullptr;
                          });
    out_ += '[';
    for (std::size_t i = 0; i < elements.size(); ++i) {
      if (i != 0) out_ += in_a_row && !one_line_ ? ", " : ",";
      if (!in_a_row) line(depth + 1);
      print(elements[i], depth + 1);
    }
    if (!elements.empty() && !in_a_row) line(depth);
    out_ += ']';
  }

  void print(const JsonValue::Object& fields, std::size_t depth) {
    out_ += '{';
    if (canonical_) {
      std::vector<const JsonField*> sorted;
      for (const JsonField& field : fields) sorted.push_back(&field);
      std::sort(sorted.begin(), sorted.end(), [](const JsonField* a, const JsonField* b) { return a->name < b->name; });
      for (const JsonField* field : sorted) print(*field, field == sorted.front(), depth + 1);
    } else {
      for (const JsonField& field : fields) print(field, &field == &fields.front(), depth + 1);
    }
    if (!fields.empty()) line(depth);
    out_ += '}';
  }

  void print(const JsonField& field, bool first, std::size_t depth) {
    if (!first) out_ += ',';
    line(depth);
    append_json_quoted(out_, field.name);
    out_ += one_line_ ? ":" : ": ";
    print(field.value, depth);
  }

  void line(std::size_t depth) {
    if (!one_line_) out_.append(1, '\n').append(2 * depth, ' ');
  }

  bool one_line_, canonical_;
  std::string out_;
};

namespace {

Result<JsonValue> parse_tree(std::string_view text, const std::string& file, bool object_wanted) {
  JsonValue root;
  TreeBuilder builder(file, object_wanted, root);
  if (Status s = parse_strict_json(text, file, builder); !s) return std::move(s.error());
  return root;
}

std::string printed(const JsonValue& value, bool one_line, bool canonical) {
  JsonPrinter printer(one_line, canonical);
  printer.print(value, 0);
  return printer.take();
}

}  // namespace

Result<JsonValue> JsonValue::parse(std::string_view text, const std::string& file) {
  return parse_tree(text, file, false);
}

Result<JsonValue> JsonValue::parse_object(std::string_view text, const std::string& file) {
  return parse_tree(text, file, true);
}

JsonValue::JsonValue(int value) : JsonValue(std::int64_t{value}) {}
JsonValue::JsonValue(unsigned value) : data_(std::uint64_t{value}) {}
JsonValue::JsonValue(std::int64_t value) : data_(value) {}
JsonValue::JsonValue(std::uint64_t value) : data_(value) {}
JsonValue::JsonValue(double value) : data_(value) {}
JsonValue::JsonValue(JsonLongNumber value) : data_(std::move(value)) {}
JsonValue::JsonValue(const char* value) : data_(std::string(value)) {}
JsonValue::JsonValue(std::string_view value) : data_(std::string(value)) {}
JsonValue::JsonValue(std::string value) : data_(std::move(value)) {}

JsonValue JsonValue::array() {
  JsonValue out;
  out.data_.emplace<Array>();
  return out;
}

JsonValue JsonValue::object(std::initializer_list<JsonField> fields) {
  JsonValue out;
  out.data_.emplace<Object>(fields);
  return out;
}

const char* JsonValue::kind() const {
  static constexpr const char* kNames[] = {"null",           "a boolean",  "a whole number",
                                           "a whole number", "a fraction", "a whole number of more than 64 bits",
                                           "a string",       "an array",   "an object"};
  return kNames[data_.index()];
}

void JsonValue::add(std::string name, JsonValue value) {
  if (data_.index() == 0) data_.emplace<Object>();
  if (auto* fields = as<Object>()) fields->push_back({std::move(name), std::move(value)});
}

void JsonValue::set(std::string_view name, JsonValue value) {
  if (JsonValue* old = find(name))
    *old = std::move(value);
  else
    add(std::string(name), std::move(value));
}

void JsonValue::erase(std::string_view name) {
  if (auto* fields = as<Object>())
    std::erase_if(*fields, [name](const JsonField& field) { return field.name == name; });
}

const JsonValue* JsonValue::find(std::string_view name) const {
  const auto* fields = as<Object>();
  if (fields == nullptr) return nullptr;
  const auto at = std::find_if(fields->begin(), fields->end(), [name](const JsonField& f) { return f.name == name; });
  return at == fields->end() ? nullptr : &at->value;
}

JsonValue* JsonValue::find(std::string_view name) {
  return const_cast<JsonValue*>(std::as_const(*this).find(name));  // this is not const
}

void JsonValue::push(JsonValue element) {
  if (data_.index() == 0) data_.emplace<Array>();
  if (auto* elements = as<Array>()) elements->push_back(std::move(element));
}

std::string JsonValue::compact() const {
  return printed(*this, true, false);
}

std::string JsonValue::indented() const {
  return printed(*this, false, false);
}

std::string JsonValue::canonical(bool one_line) const {
  return printed(*this, one_line, true);
}

}  // namespace trm
