// Reads a pickle as data: nothing is looked up, called or built. What the opcodes of an allow-list would have made is
// kept as a tree of values, and what they would have called as the name of a callable with its arguments.
// Format: pickle protocol 2 (PEP 307), which torch.save writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace trm {

struct PickleValue {
  enum class Kind : std::uint8_t { none, boolean, integer, real, text, tuple, list, dict, global, call, persistent };

  Kind kind = Kind::none;
  std::size_t depth = 1;     ///< levels of values in it
  std::size_t offset = 0;    ///< of its opcode
  std::int64_t integer = 0;  ///< a boolean too
  double real = 0;
  std::string text;  ///< of a text; "module.name" of a global and of a call
  /// Elements of a tuple or list; key, value, key, value, ... of a dict; the tuple of arguments of a call, and behind
  /// it what was put into the object; the id of a persistent object. May be shared between values, and hold the value
  /// itself.
  std::vector<const PickleValue*> items;
};
/// "a tuple", for messages.
const char* kind_name(PickleValue::Kind kind);

/// What a name may be used for.
enum class PickleUse : std::uint8_t {
  name,      ///< to be mentioned, never called
  call,      ///< called: a value of kind call with its arguments
  object,    ///< the same, and attributes or elements may be put into it
  dict,      ///< called without arguments: a dict
  dict_like  ///< called: a dict, whatever the arguments
};
/// A name that a pickle may mention. Anything else that it mentions is an error.
struct PickleGlobal {
  std::string_view name;  ///< "module.name"; with a dot at its end, all names of that package
  PickleUse use = PickleUse::name;
};

class Pickle {
 public:
  /// Reads the pickle at the beginning of `bytes`; an OrderedDict becomes a dict, and attributes set on it are dropped.
  /// Whole numbers of more than 64 bits become reals.
  /// `file` and `part` name the source in errors ("FILE: PART at byte 17: ..."). Error: an opcode or global that is not
  /// allowed, a stack or memo that does not hold what an opcode takes, an early end, or one of the limits below.
  static Result<Pickle> parse(std::span<const std::byte> bytes, const std::string& file, const std::string& part,
                              std::span<const PickleGlobal> allowed);

  [[nodiscard]] const PickleValue& root() const { return *root_; }
  /// Bytes up to and with STOP.
  [[nodiscard]] std::size_t size() const { return size_; }

  static constexpr std::size_t kMaxBytes = std::size_t{16} << 20;
  static constexpr std::size_t kMaxValues = std::size_t{1} << 18;  ///< values, stack and memo entries each
  static constexpr std::size_t kMaxText = std::size_t{1} << 16;
  static constexpr std::size_t kMaxDepth = 64;

 private:
  std::deque<PickleValue> values_;
  const PickleValue* root_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace trm
