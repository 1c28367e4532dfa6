#include "engine/format/safetensors_header.h"

#include <utility>

#include "engine/json/strict_json.h"

namespace trm {
namespace {

constexpr std::size_t kMaxRank = 32;
constexpr const char* kFix = "fetch or write the file again";

// Walks the fixed shape {"__metadata__": {string: string}, NAME: {"dtype": s, "shape": [n...], "data_offsets": [n,
// n]}}.
class HeaderReader : public JsonHandler {
 public:
  HeaderReader(const std::string& file, SafetensorsHeader& out) : file_(file), out_(out) {}

  bool on_null() override { return unexpected("null"); }
  bool on_bool(bool) override { return unexpected("a boolean"); }
  bool on_negative(std::int64_t) override { return unexpected("a negative number"); }
  bool on_double(double) override { return unexpected("a number that is not whole or has more than 64 bits"); }

  bool on_unsigned(std::uint64_t value) override {
    if (where_ != Where::shape && where_ != Where::offsets) return unexpected("a number");
    const auto n = static_cast<std::size_t>(value);
    if (where_ == Where::shape) {
      if (tensor_.shape.size() == kMaxRank) {
        return wrong(field(), "has more than " + std::to_string(kMaxRank) + " dimensions");
      }
      tensor_.shape.push_back(n);
    } else {
      if (offsets_ == 2) return wrong(field(), "must be two numbers, has more");
      (offsets_ == 0 ? tensor_.begin : tensor_.end) = n;
      ++offsets_;
    }
    return true;
  }

  bool on_string(std::string& value) override {
    if (where_ == Where::metadata) {
      out_.metadata.emplace(std::move(key_), std::move(value));
      return true;
    }
    if (where_ != Where::tensor || key_ != "dtype") return unexpected("a string");
    const auto dtype = parse_dtype(value);
    if (!dtype) {
      return wrong(field(), "the type " + json_shown(value) + " is unknown", "convert it to one of " + known_dtypes());
    }
    tensor_.dtype = *dtype;
    has_dtype_ = true;
    return true;
  }

  bool on_key(std::string& key) override {
    key_ = std::move(key);
    if (where_ == Where::top) {
      if (key_.empty()) return wrong("header", "a tensor has an empty name");
      tensor_ = {};
      tensor_.name = key_;
      has_dtype_ = has_shape_ = false;
      offsets_ = 0;
    } else if (where_ == Where::tensor && key_ != "dtype" && key_ != "shape" && key_ != "data_offsets") {
      return wrong(field(), "is an unknown field", "keep only dtype, shape and data_offsets");
    }
    return true;
  }

  bool on_begin_object() override {
    switch (where_) {
      case Where::outside:
        where_ = Where::top;
        return true;
      case Where::top:
        where_ = tensor_.name == "__metadata__" ? Where::metadata : Where::tensor;
        return true;
      default:
        return unexpected("an object");
    }
  }

  bool on_end_object() override {
    if (where_ == Where::tensor) {
      const char* missing = !has_dtype_ ? "dtype" : !has_shape_ ? "shape" : offsets_ == 0 ? "data_offsets" : nullptr;
      if (missing != nullptr) return wrong(tensor_.name + "." + missing, "is missing");
      out_.tensors.push_back(std::move(tensor_));
    }
    where_ = where_ == Where::top ? Where::outside : Where::top;
    return true;
  }

  bool on_begin_array() override {
    if (where_ == Where::tensor && key_ == "shape") {
      where_ = Where::shape;
      has_shape_ = true;
      return true;
    }
    if (where_ == Where::tensor && key_ == "data_offsets") {
      where_ = Where::offsets;
      return true;
    }
    return unexpected("an array");
  }

  bool on_end_array() override {
    if (where_ == Where::offsets && offsets_ != 2) {
      return wrong(field(), "must be two numbers, has " + std::to_string(offsets_));
    }
    where_ = Where::tensor;
    return true;
  }

 private:
  enum class Where { outside, top, metadata, tensor, shape, offsets };

  [[nodiscard]] std::string field() const {
    switch (where_) {
      case Where::outside:
        return "header";
      case Where::top:
        return key_;
      case Where::metadata:
        return "__metadata__." + key_;
      default:
        return tensor_.name + "." + key_;
    }
  }

  [[nodiscard]] const char* expected() const {
    switch (where_) {
      case Where::outside:
      case Where::top:
        return "an object";
      case Where::metadata:
        return "a string";
      case Where::tensor:
        return key_ == "dtype" ? "a string" : "an array";
      default:
        return "whole numbers from 0 to 2^64 - 1";
    }
  }

  bool wrong(std::string field, std::string message, std::string fix = kFix) {
    return reject(Error{ErrorCode::bad_input, file_, std::move(field), std::move(message), std::move(fix)});
  }
  bool unexpected(const char* found) { return wrong(field(), std::string("must be ") + expected() + ", is " + found); }

  const std::string& file_;
  SafetensorsHeader& out_;
  Where where_ = Where::outside;
  std::string key_;
  HeaderTensor tensor_;
  bool has_dtype_ = false, has_shape_ = false;
  std::size_t offsets_ = 0;
};

}  // namespace

Result<SafetensorsHeader> parse_safetensors_header(std::string_view text, const std::string& file) {
  SafetensorsHeader header;
  HeaderReader reader(file, header);
  if (Status s = parse_strict_json(text, file, reader); !s) {
    if (s.error().field.empty()) s.error().field = "header";
    return std::move(s.error());
  }
  return header;
}

}  // namespace trm
