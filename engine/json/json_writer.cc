#include <map>
#include <utility>
#include <variant>

#include "engine/json/json_number.h"
#include "engine/json/json_object.h"
#include "engine/json/strict_json.h"

namespace trm {

// A field is the text of a scalar, or it holds more of them.
struct JsonWriter::Impl {
  using Texts = std::vector<std::string>;
  using Objects = std::vector<std::shared_ptr<const Impl>>;
  using Field = std::variant<std::string, Texts, std::shared_ptr<const Impl>, Objects>;
  std::map<std::string, Field> fields;

  static void put(std::shared_ptr<Impl>& impl, const std::string& key, Field field) {
    // Copies of a writer, and what it was nested in, share their fields until one of them changes.
    if (impl.use_count() > 1) impl = std::make_shared<Impl>(*impl);
    impl->fields.insert_or_assign(key, std::move(field));
  }

  void write(std::string& out, std::size_t depth, bool compact) const {
    const auto line = [&](std::size_t d) {
      if (!compact) out.append(1, '\n').append(2 * d, ' ');
    };
    if (fields.empty()) {
      out += "{}";
      return;
    }
    out += '{';
    bool first = true;
    for (const auto& [key, field] : fields) {
      if (!std::exchange(first, false)) out += ',';
      line(depth + 1);
      out += json_quoted(key) + (compact ? ":" : ": ");
      if (const auto* text = std::get_if<std::string>(&field)) {
        out += *text;
      } else if (const auto* texts = std::get_if<Texts>(&field)) {
        out += '[';
        for (std::size_t i = 0; i < texts->size(); ++i) {
          if (i != 0) out += compact ? "," : ", ";
          out += (*texts)[i];
        }
        out += ']';
      } else if (const auto* object = std::get_if<std::shared_ptr<const Impl>>(&field)) {
        (*object)->write(out, depth + 1, compact);
      } else {
        const Objects& objects = std::get<Objects>(field);
        out += '[';
        for (std::size_t i = 0; i < objects.size(); ++i) {
          if (i != 0) out += ',';
          line(depth + 2);
          objects[i]->write(out, depth + 2, compact);
        }
        if (!objects.empty()) line(depth + 1);
        out += ']';
      }
    }
    line(depth);
    out += '}';
  }
};

JsonWriter::JsonWriter() : impl_(std::make_shared<Impl>()) {}

void JsonWriter::set(const std::string& key, std::size_t value) {
  Impl::put(impl_, key, std::to_string(value));
}
void JsonWriter::set(const std::string& key, std::int64_t value) {
  Impl::put(impl_, key, std::to_string(value));
}
void JsonWriter::set(const std::string& key, double value) {
  Impl::put(impl_, key, json_number(value));
}
void JsonWriter::set(const std::string& key, bool value) {
  Impl::put(impl_, key, value ? "true" : "false");
}
void JsonWriter::set(const std::string& key, const std::string& value) {
  Impl::put(impl_, key, json_quoted(value));
}
void JsonWriter::set(const std::string& key, const char* value) {
  Impl::put(impl_, key, json_quoted(value));
}

void JsonWriter::set(const std::string& key, const std::vector<std::string>& value) {
  Impl::Texts texts;
  for (const std::string& text : value) texts.push_back(json_quoted(text));
  Impl::put(impl_, key, std::move(texts));
}

void JsonWriter::set(const std::string& key, const JsonWriter& object) {
  Impl::put(impl_, key, std::shared_ptr<const Impl>(object.impl_));
}

void JsonWriter::set(const std::string& key, const std::vector<JsonWriter>& objects) {
  Impl::Objects list;
  for (const JsonWriter& object : objects) list.emplace_back(object.impl_);
  Impl::put(impl_, key, std::move(list));
}

std::string JsonWriter::text(bool compact) const {
  std::string out;
  impl_->write(out, 0, compact);
  return out + "\n";
}

}  // namespace trm
