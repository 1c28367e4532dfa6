// Structs as JSON objects: a struct says its fields once, and a writer and a reader walk over them.
//
// A file format declares `template <class T> struct Fields;` and specializes it for each of its structs, with the
// fields in the order of the file:
//
//   template <>
//   struct Fields<Point> {
//     static void visit(auto& f, auto& p) {
//       f("x", p.x);        // always there
//       f.maybe("y", p.y);  // left out where it says nothing: empty or 0
//       f.newer("z", p.z);  // always written; files from before there was one lack it
//     }
//   };
//
// A field may be a number, a text, a bool, a list of numbers, a struct with Fields or a list of such. What a format
// does with other types, or does in another way, it adds in a class of its own that derives from the walk.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "engine/json/json_object.h"
#include "engine/json/json_value.h"

namespace trm {

/// T has fields in this format.
template <template <class> class Fields, class T>
concept HasFields = requires {
  sizeof(Fields<T>);
};

/// Makes an object of the fields that it visits. `Own` derives from this; it may overload json_of(), after
/// `using JsonFieldWriter::json_of`.
template <template <class> class Fields, class Own>
class JsonFieldWriter {
 public:
  template <class T>
  static JsonValue written(const T& record) {
    Own writer;
    Fields<T>::visit(writer, record);
    return std::move(writer.out_);
  }

  template <class T>
  void operator()(const char* name, const T& value) {
    out_.add(name, Own::json_of(value));
  }
  template <class T>
  void newer(const char* name, const T& value) {
    out_.add(name, Own::json_of(value));
  }
  template <class T>
  void maybe(const char* name, const T& value) {
    if (value != T{}) out_.add(name, Own::json_of(value));
  }
  void maybe(const char* name, const std::optional<double>& value) {
    if (value) out_.add(name, *value);
  }
  template <class T>
  void maybe(const char* name, const std::vector<T>& values) {
    if (!values.empty()) out_.add(name, Own::json_of(values));
  }

 protected:
  template <class T>
  static JsonValue json_of(const T& value) {
    return value;
  }
  template <class T>
  requires HasFields<Fields, T>
  static JsonValue json_of(const T& value) { return written(value); }
  template <class T>
  requires HasFields<Fields, T>
  static JsonValue json_of(const std::vector<T>& list) {
    JsonValue out = JsonValue::array();
    for (const T& element : list) out.push(written(element));
    return out;
  }

 private:
  JsonValue out_ = JsonValue::object();
};

/// Reads the fields that it visits from an object. `Own` derives from this and says `kLeastNumber`, below which no
/// number that is no count may be; it may overload read(), after `using JsonFieldReader::read`.
template <template <class> class Fields, class Own>
class JsonFieldReader {
 public:
  /// `first`: gets the first error of an object inside of this one, which has no other way to tell.
  JsonFieldReader(JsonObject& object, std::optional<Error>& first) : object_(object), first_(first) {}

  template <class T>
  void operator()(const char* name, T& out) {
    object_.require(name);
    own().read(name, out);
  }
  template <class T>
  void newer(const char* name, T& out) {
    own().read(name, out);
  }
  template <class T>
  void maybe(const char* name, T& out) {
    own().read(name, out);
  }

  void read(const char* name, std::string& out) { object_.get(name, out); }
  void read(const char* name, bool& out) { object_.get(name, out); }
  void read(const char* name, std::vector<std::uint64_t>& out) { object_.get(name, out); }
  void read(const char* name, std::vector<double>& out) {
    object_.get(name, out);
    for (const double value : out) {
      if (!(value >= Own::kLeastNumber)) return object_.fail(name, "holds a number below 0", "make the file again");
    }
  }
  void read(const char* name, double& out) {
    object_.get(name, out, Own::kLeastNumber, std::numeric_limits<double>::max());
  }
  void read(const char* name, std::optional<double>& out) {
    double value = std::numeric_limits<double>::quiet_NaN();  // as no file has it
    read(name, value);
    if (value == value) out = value;
  }
  void read(const char* name, std::uint64_t& out) {
    object_.get(name, out, std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max());
  }
  void read(const char* name, int& out) {
    std::int64_t value = out;
    object_.get(name, value, std::int64_t{std::numeric_limits<int>::min()},
                std::int64_t{std::numeric_limits<int>::max()});
    out = static_cast<int>(value);
  }
  template <class T>
  requires HasFields<Fields, T>
  void read(const char* name, T& out) { visit(name, out); }
  template <class T>
  requires HasFields<Fields, T>
  void read(const char* name, std::vector<T>& out) {
    object_.each(name, [&](JsonObject& element) {
      Own reader(element, first_);
      Fields<T>::visit(reader, out.emplace_back());
    });
  }

 protected:
  /// The fields of an object inside of this one.
  template <class T>
  void visit(const char* name, T& out) {
    std::optional<JsonObject> child = object_.object(name);
    if (!child) return;
    Own reader(*child, first_);
    Fields<T>::visit(reader, out);
    const Status status = child->finish();
    if (!status.ok() && !first_) first_ = status.error();
  }

  JsonObject& object_;
  std::optional<Error>& first_;

 private:
  Own& own() { return static_cast<Own&>(*this); }
};

}  // namespace trm
