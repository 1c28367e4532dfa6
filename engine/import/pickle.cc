#include "engine/import/pickle.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <utility>

#include "engine/base/utf8.h"
#include "engine/import/damaged.h"
#include "engine/import/pickle_opcodes.h"
#include "engine/json/strict_json.h"
#include "engine/sys/files.h"

namespace trm {
namespace {

using Kind = PickleValue::Kind;

constexpr const char* kNotAllowed = "save only a state dict with torch.save; never load this file with an unpickler";
constexpr const char* kTooMuch = "check that this is a checkpoint";

std::string hex_byte(std::uint8_t code) {
  constexpr const char* kDigits = "0123456789abcdef";
  return std::string("0x") + kDigits[code >> 4] + kDigits[code & 15];
}

class Machine {
 public:
  Machine(std::span<const std::byte> bytes, const std::string& file, const std::string& part,
          std::span<const PickleGlobal> allowed, std::deque<PickleValue>& values)
      : bytes_(bytes.first(std::min(bytes.size(), Pickle::kMaxBytes))),
        cut_(bytes.size() > Pickle::kMaxBytes),
        file_(file),
        part_(part),
        allowed_(allowed),
        values_(values) {}

  // The value that STOP finds.
  Result<const PickleValue*> run() {
    while (!root_ && step()) {
    }
    if (error_) return std::move(*error_);
    return root_;
  }
  [[nodiscard]] std::size_t position() const { return at_; }

 private:
  // ---- errors

  bool fail(std::string message, const char* fix = kFetchAgain) {
    error_ =
        Error{ErrorCode::bad_input, file_, part_ + " at byte " + std::to_string(opcode_at_), std::move(message), fix};
    return false;
  }
  bool limit(const char* what, std::size_t most) {
    return fail(std::string("has more than ") + std::to_string(most) + " " + what, kTooMuch);
  }
  [[nodiscard]] std::string name() const { return std::string(opcode::name_of(code_)); }

  // ---- the bytes

  // Empty with an error set: fewer are left.
  std::optional<std::span<const std::byte>> take(std::size_t n) {
    if (n > bytes_.size() - at_) {
      if (cut_) {
        limit("bytes", Pickle::kMaxBytes);
      } else {
        fail(name() + " needs " + std::to_string(n) + " bytes, " + std::to_string(bytes_.size() - at_) + " are left");
      }
      return std::nullopt;
    }
    const auto out = bytes_.subspan(at_, n);
    at_ += n;
    return out;
  }
  template <class T>
  std::optional<T> number() {
    const auto raw = take(sizeof(T));
    if (!raw) return std::nullopt;
    T value{};
    std::memcpy(&value, raw->data(), sizeof(T));
    return value;
  }
  // Text up to the next newline, which is taken as well.
  std::optional<std::string> line() {
    const auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(at_);
    const auto end = std::find(begin, bytes_.end(), std::byte{'\n'});
    const auto raw = take(static_cast<std::size_t>(end - begin) + 1);
    if (!raw) return std::nullopt;
    std::string text(reinterpret_cast<const char*>(raw->data()), raw->size() - 1);
    if (text.size() > Pickle::kMaxText || !valid_utf8(text)) {
      fail(name() + " has a name that is too long or not UTF-8");
      return std::nullopt;
    }
    return text;
  }

  // ---- the stack

  [[nodiscard]] std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
  bool need(std::size_t n) {
    const std::size_t have = stack_.size() - floor();
    return have >= n || fail("stack underflow: " + name() + " takes " + std::to_string(n) + ", " +
                             std::to_string(have) + (have == 1 ? " is there" : " are there"));
  }
  PickleValue* pop() {
    PickleValue* const top = stack_.back();
    stack_.pop_back();
    return top;
  }
  bool push(PickleValue* value) {
    if (stack_.size() == Pickle::kMaxValues) return limit("values on its stack", Pickle::kMaxValues);
    stack_.push_back(value);
    return true;
  }
  PickleValue* make(Kind kind) {
    if (values_.size() == Pickle::kMaxValues) {
      limit("values", Pickle::kMaxValues);
      return nullptr;
    }
    PickleValue& value = values_.emplace_back();
    value.kind = kind;
    value.offset = opcode_at_;
    return &value;
  }
  bool push_new(Kind kind) {
    PickleValue* const value = make(kind);
    return value != nullptr && push(value);
  }
  bool push_integer(Kind kind, std::int64_t integer) {
    if (!push_new(kind)) return false;
    stack_.back()->integer = integer;
    return true;
  }
  bool add(PickleValue& to, std::span<PickleValue* const> items) {
    for (const PickleValue* item : items) {
      to.items.push_back(item);
      to.depth = std::max(to.depth, item->depth + 1);
    }
    return to.depth <= Pickle::kMaxDepth ||
           fail("nests values deeper than " + std::to_string(Pickle::kMaxDepth), kTooMuch);
  }
  // The values above the last MARK, which goes.
  std::optional<std::vector<PickleValue*>> pop_mark() {
    if (marks_.empty()) {
      fail(name() + " without MARK");
      return std::nullopt;
    }
    const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<PickleValue*> items(begin, stack_.end());
    stack_.erase(begin, stack_.end());
    marks_.pop_back();
    return items;
  }

  // ---- opcodes

  bool step() {
    opcode_at_ = at_;
    if (at_ == bytes_.size()) {
      return cut_ ? limit("bytes", Pickle::kMaxBytes) : fail("ends without STOP");
    }
    code_ = static_cast<std::uint8_t>(bytes_[at_++]);
    if (opcode_at_ == 0 && code_ != opcode::PROTO) return fail("is no pickle: it does not begin with PROTO");
    switch (code_) {
      case opcode::PROTO:
        return proto();
      case opcode::STOP:
        return stop();
      case opcode::MARK:
        if (marks_.size() == Pickle::kMaxDepth) {
          return fail("nests MARK deeper than " + std::to_string(Pickle::kMaxDepth), kTooMuch);
        }
        marks_.push_back(stack_.size());
        return true;
      case opcode::NONE:
        return push_new(Kind::none);
      case opcode::NEWTRUE:
        return push_integer(Kind::boolean, 1);
      case opcode::NEWFALSE:
        return push_integer(Kind::boolean, 0);
      case opcode::BININT:
        return integer<std::int32_t>();
      case opcode::BININT1:
        return integer<std::uint8_t>();
      case opcode::BININT2:
        return integer<std::uint16_t>();
      case opcode::LONG1:
        return long1();
      case opcode::BINFLOAT:
        return real();
      case opcode::BINUNICODE:
        return text();
      case opcode::EMPTY_LIST:
        return push_new(Kind::list);
      case opcode::EMPTY_DICT:
        return push_new(Kind::dict);
      case opcode::EMPTY_TUPLE:
        return push_new(Kind::tuple);
      case opcode::TUPLE1:
        return tuple(1);
      case opcode::TUPLE2:
        return tuple(2);
      case opcode::TUPLE3:
        return tuple(3);
      case opcode::TUPLE:
        return marked_tuple();
      case opcode::APPEND:
        return need(2) && extend(Kind::list, {pop()});
      case opcode::SETITEM:
        return setitem();
      case opcode::APPENDS:
        return extend_marked(Kind::list);
      case opcode::SETITEMS:
        return extend_marked(Kind::dict);
      case opcode::BINPUT:
        return put(number<std::uint8_t>());
      case opcode::LONG_BINPUT:
        return put(number<std::uint32_t>());
      case opcode::BINGET:
        return get(number<std::uint8_t>());
      case opcode::LONG_BINGET:
        return get(number<std::uint32_t>());
      case opcode::GLOBAL:
        return global();
      case opcode::REDUCE:
      case opcode::NEWOBJ:
        return reduce();
      case opcode::BINPERSID:
        return persistent();
      case opcode::BUILD:
        return build();
      default: {
        const std::string known = name();
        return fail("opcode " + hex_byte(code_) + (known.empty() ? " is unknown" : " (" + known + ") is not allowed"),
                    kNotAllowed);
      }
    }
  }

  bool proto() {
    const auto version = number<std::uint8_t>();
    if (!version) return false;
    if (opcode_at_ != 0) return fail("PROTO is not at the beginning");
    return *version == 2 || fail("has pickle protocol " + std::to_string(*version) + ", only 2 is read",
                                 "save it with torch.save and its default protocol");
  }

  bool stop() {
    if (!need(1)) return false;
    if (!marks_.empty()) return fail("ends inside a MARK");
    if (stack_.size() != 1) return fail("ends with " + std::to_string(stack_.size()) + " values instead of one");
    root_ = pop();
    return true;
  }

  template <class T>
  bool integer() {
    const auto value = number<T>();
    return value && push_integer(Kind::integer, *value);
  }

  // Two's complement of any length. Eight bytes are enough for every number that is needed; states of random generators
  // beside a model have longer ones.
  bool long1() {
    const auto length = number<std::uint8_t>();
    if (!length) return false;
    const auto raw = take(*length);
    if (!raw) return false;
    if (raw->size() > 8) return long_real(*raw);
    std::int64_t value = 0;
    if (!raw->empty()) {
      std::memcpy(&value, raw->data(), raw->size());
      const auto unused = static_cast<int>(64 - 8 * raw->size());
      value = static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << unused) >> unused;
    }
    return push_integer(Kind::integer, value);
  }

  bool long_real(std::span<const std::byte> raw) {
    if (!push_new(Kind::real)) return false;
    double value = static_cast<double>(static_cast<signed char>(raw.back()));
    for (std::size_t i = raw.size() - 1; i-- > 0;) value = value * 256 + static_cast<double>(raw[i]);
    stack_.back()->real = value;
    return true;
  }

  bool real() {
    const auto raw = take(8);
    if (!raw || !push_new(Kind::real)) return false;
    std::uint64_t bits = 0;  // the only big-endian number of the format
    for (const std::byte b : *raw) bits = bits << 8 | static_cast<std::uint64_t>(b);
    stack_.back()->real = std::bit_cast<double>(bits);
    return true;
  }

  bool text() {
    const auto length = number<std::uint32_t>();
    if (!length) return false;
    if (*length > Pickle::kMaxText) {
      return fail("has a text of " + std::to_string(*length) + " bytes, more than the limit of " +
                      std::to_string(Pickle::kMaxText),
                  kTooMuch);
    }
    const auto raw = take(*length);
    if (!raw) return false;
    std::string value(reinterpret_cast<const char*>(raw->data()), raw->size());
    if (!valid_utf8(value)) return fail("has a text that is not UTF-8");
    if (!push_new(Kind::text)) return false;
    stack_.back()->text = std::move(value);
    return true;
  }

  bool tuple(std::size_t n) {
    if (!need(n)) return false;
    const std::vector<PickleValue*> items(stack_.end() - static_cast<std::ptrdiff_t>(n), stack_.end());
    stack_.resize(stack_.size() - n);
    return push_new(Kind::tuple) && add(*stack_.back(), items);
  }

  bool marked_tuple() {
    const auto items = pop_mark();
    return items && push_new(Kind::tuple) && add(*stack_.back(), *items);
  }

  [[nodiscard]] bool is_object(const PickleValue& value) const {
    return value.kind == Kind::call && find_global(value.text)->use == PickleUse::object;
  }

  // Adds to the list or dict on top of the stack, or to an object that behaves like one.
  bool extend(Kind kind, const std::vector<PickleValue*>& items) {
    if (!need(1)) return false;
    PickleValue& target = *stack_.back();
    if (is_object(target)) return add(target, items);
    if (target.kind != kind) return fail(name() + " on " + kind_name(target.kind) + ", needs " + kind_name(kind));
    if (kind == Kind::dict && items.size() % 2 != 0) return fail(name() + " has a key without a value");
    return add(target, items);
  }
  bool extend_marked(Kind kind) {
    const auto items = pop_mark();
    return items && extend(kind, *items);
  }
  bool setitem() {
    if (!need(3)) return false;
    PickleValue* const value = pop();
    PickleValue* const key = pop();
    return extend(Kind::dict, {key, value});
  }

  template <class T>
  bool put(std::optional<T> index) {
    if (!index || !need(1)) return false;
    if (*index >= Pickle::kMaxValues) {
      return fail(
          "memo index " + std::to_string(*index) + " exceeds the limit of " + std::to_string(Pickle::kMaxValues),
          kTooMuch);
    }
    if (*index >= memo_.size()) memo_.resize(std::size_t{*index} + 1, nullptr);
    memo_[*index] = stack_.back();
    return true;
  }
  template <class T>
  bool get(std::optional<T> index) {
    if (!index) return false;
    if (*index >= memo_.size() || memo_[*index] == nullptr) {
      return fail("memo " + std::to_string(*index) + " is not set");
    }
    return push(memo_[*index]);
  }

  bool global() {
    const auto module = line();
    if (!module) return false;
    const auto member = line();
    if (!member) return false;
    const std::string full = *module + "." + *member;
    if (find_global(full) == nullptr) return fail("global " + json_shown(full) + " is not allowed", kNotAllowed);
    if (!push_new(Kind::global)) return false;
    stack_.back()->text = full;
    return true;
  }

  // REDUCE calls, NEWOBJ makes an object of a class; both are kept as what they name.
  bool reduce() {
    if (!need(2)) return false;
    PickleValue* const arguments = pop();
    const PickleValue* const callable = pop();
    if (callable->kind != Kind::global) {
      return fail(name() + " of " + kind_name(callable->kind) + ", which is no callable", kNotAllowed);
    }
    const PickleUse use = find_global(callable->text)->use;
    if (use == PickleUse::name)
      return fail(name() + " of " + callable->text + ", which may not be called", kNotAllowed);
    if (arguments->kind != Kind::tuple) return fail(name() + " with " + kind_name(arguments->kind) + ", needs a tuple");
    if (use == PickleUse::dict && !arguments->items.empty()) {
      return fail(callable->text.substr(callable->text.rfind('.') + 1) + " with arguments, none are known");
    }
    const bool dict = use == PickleUse::dict || use == PickleUse::dict_like;
    if (!push_new(dict ? Kind::dict : Kind::call)) return false;
    stack_.back()->text = callable->text;
    return dict || add(*stack_.back(), std::span(&arguments, 1));
  }

  bool persistent() {
    if (!need(1)) return false;
    PickleValue* const id = pop();
    return push_new(Kind::persistent) && add(*stack_.back(), std::span(&id, 1));
  }

  // A state dict carries version numbers of its modules this way, an object its attributes.
  bool build() {
    if (!need(2)) return false;
    PickleValue* const state = pop();
    PickleValue& target = *stack_.back();
    if (is_object(target)) return add(target, std::span(&state, 1));
    if (target.kind != Kind::dict || target.text.empty()) {
      return fail(std::string("BUILD on ") + kind_name(target.kind) + ", only an OrderedDict may have attributes",
                  kNotAllowed);
    }
    return state->kind == Kind::dict || fail(std::string("BUILD with ") + kind_name(state->kind) + ", needs a dict");
  }

  [[nodiscard]] const PickleGlobal* find_global(std::string_view full) const {
    const auto it = std::find_if(allowed_.begin(), allowed_.end(), [&](const PickleGlobal& g) {
      return g.name == full || (g.name.ends_with('.') && full.starts_with(g.name));
    });
    return it == allowed_.end() ? nullptr : &*it;
  }

  std::span<const std::byte> bytes_;
  bool cut_;
  const std::string& file_;
  const std::string& part_;
  std::span<const PickleGlobal> allowed_;
  std::deque<PickleValue>& values_;
  std::size_t at_ = 0, opcode_at_ = 0;
  std::uint8_t code_ = 0;
  std::vector<PickleValue*> stack_;
  std::vector<std::size_t> marks_;  // sizes of the stack
  std::vector<PickleValue*> memo_;
  const PickleValue* root_ = nullptr;
  std::optional<Error> error_;
};

}  // namespace

const char* kind_name(Kind kind) {
  static constexpr const char* kNames[] = {"None",     "a boolean", "a whole number", "a fraction",
                                           "a text",   "a tuple",   "a list",         "a dict",
                                           "a global", "a call",    "a persistent id"};
  return kNames[static_cast<std::size_t>(kind)];
}

Result<Pickle> Pickle::parse(std::span<const std::byte> bytes, const std::string& file, const std::string& part,
                             std::span<const PickleGlobal> allowed) {
  Pickle pickle;
  Machine machine(bytes, file, part, allowed, pickle.values_);
  const Result<const PickleValue*> root = machine.run();
  if (!root) return root.error();
  pickle.root_ = *root;
  pickle.size_ = machine.position();
  return pickle;
}

}  // namespace trm
