#include "tasks/interpreter/encode.h"

#include <array>
#include <map>
#include <string>
#include <utility>

namespace trm::tasks::interpreter {
namespace {

using python::Node;
using python::NodeKind;
using python::Value;

/// The head of a node that is a function of its parts.
Token head_of(NodeKind kind) {
  constexpr auto heads = std::to_array<std::pair<NodeKind, Token>>({
      {NodeKind::list, token::items_of}, {NodeKind::and_, token::and_},       {NodeKind::or_, token::or_},
      {NodeKind::not_, token::not_},     {NodeKind::truth, token::truth},     {NodeKind::same, token::same},
      {NodeKind::less, token::less},     {NodeKind::above, token::above},     {NodeKind::add, token::add},
      {NodeKind::subtract, token::sub},  {NodeKind::multiply, token::mul},    {NodeKind::floor_divide, token::div},
      {NodeKind::modulo, token::mod},    {NodeKind::negate, token::neg},      {NodeKind::absolute, token::abs},
      {NodeKind::to_int, token::to_int}, {NodeKind::to_text, token::to_text}, {NodeKind::length, token::len},
      {NodeKind::first, token::first},   {NodeKind::later, token::later},     {NodeKind::index, token::index},
      {NodeKind::after, token::after},   {NodeKind::up_to, token::up_to},
  });
  for (const auto& [known, head] : heads) {
    if (known == kind) return head;
  }
  return token::none;
}

bool has_tests(NodeKind kind) {
  return kind == NodeKind::and_ || kind == NodeKind::or_ || kind == NodeKind::not_;
}

Tokens number(std::string_view digits) {
  Tokens out = {token::plus};
  if (digits.starts_with('-')) {
    out[0] = token::minus;
    digits.remove_prefix(1);
  }
  for (std::size_t i = digits.size(); i-- > 0;) out.push_back(digits[i] - '0');
  return out;
}

/// Code points of well-formed UTF-8.
std::vector<std::uint32_t> code_points(std::string_view text) {
  std::vector<std::uint32_t> out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0u) == 0x80u && !out.empty()) {
      out.back() = out.back() << 6 | (byte & 0x3Fu);
    } else {
      out.push_back(byte < 0x80 ? byte : byte < 0xE0 ? byte & 0x1Fu : byte < 0xF0 ? byte & 0x0Fu : byte & 0x07u);
    }
  }
  return out;
}

class Encoder {
 public:
  explicit Encoder(const python::Program& program) : program_(program) {
    out_.streams.resize(1 + program.functions.size());
    for (std::size_t i = 0; i < program.functions.size(); ++i) out_.bodies.push_back(i + 1);
  }

  EncodedProgram encode() && {
    for (std::size_t i = 0; i < program_.functions.size(); ++i) {
      Tokens body = expression(program_.functions[i].body);
      out_.streams[out_.bodies[i]] = std::move(body);
    }
    if (program_.question) {
      out_.streams[0] = out_.streams[out_.bodies[*program_.question]];
      out_.bodies[*program_.question] = 0;
    }
    return std::move(out_);
  }

 private:
  static Token item_of(std::size_t stream) { return -static_cast<Token>(stream) - 1; }

  /// Equal contents are one stream.
  Token part(Tokens items) {
    const auto [at, is_new] = known_.try_emplace(std::move(items), out_.streams.size());
    if (is_new) out_.streams.push_back(at->first);
    return item_of(at->second);
  }

  Token part(const Value& value) {
    switch (value.kind) {
      case Value::Kind::none:
        return part(Tokens{token::none});
      case Value::Kind::boolean:
        return part(Tokens{value.truth ? token::yes : token::no});
      case Value::Kind::integer:
        return part(number(value.digits));
      case Value::Kind::text: {
        Tokens items = {token::text};
        for (const std::uint32_t code : code_points(value.text)) items.push_back(part(number(std::to_string(code))));
        return part(std::move(items));
      }
      case Value::Kind::list:
        break;
    }
    Tokens items = {token::list};
    for (const Value& item : value.items) items.push_back(part(item));
    return part(std::move(items));
  }

  void operand(const Node& node, Tokens& out) {
    if (node.kind == NodeKind::variable) {
      out.push_back(token::first_variable + static_cast<Token>(node.index));
    } else if (node.kind == NodeKind::constant) {
      out.push_back(token::quote);
      out.push_back(part(node.value));
    } else {
      out.push_back(part(expression(node)));
    }
  }

  Tokens expression(const Node& node) {
    Tokens out;
    switch (node.kind) {
      case NodeKind::constant:
      case NodeKind::variable:
        operand(node, out);
        return out;
      case NodeKind::raise:
        return {token::fail, error_token(node.value.text)};
      case NodeKind::if_:
        out = {token::if_, part(expression(node.parts[0]))};
        operand(node.parts[1], out);
        operand(node.parts[2], out);
        return out;
      case NodeKind::let:
        out = {token::let};
        operand(node.parts[0], out);
        out.push_back(part(expression(node.parts[1])));
        return out;
      case NodeKind::call:
        out = {token::apply, item_of(out_.bodies[node.index])};
        for (const Node& argument : node.parts) operand(argument, out);
        return out;
      case NodeKind::print: {
        Tokens line = {token::items_of};
        for (std::size_t i = 0; i + 1 < node.parts.size(); ++i) operand(node.parts[i], line);
        return {token::print, part(std::move(line)), part(expression(node.parts.back()))};
      }
      default:
        break;
    }
    out = {head_of(node.kind)};
    for (const Node& each : node.parts) {
      if (has_tests(node.kind)) {
        out.push_back(part(expression(each)));
      } else {
        operand(each, out);
      }
    }
    return out;
  }

  const python::Program& program_;
  EncodedProgram out_;
  std::map<Tokens, std::size_t> known_;
};

/// Reads the flattened tokens of a value.
class Decoder {
 public:
  explicit Decoder(std::span<const Token> tokens) : tokens_(tokens) {}

  Result<Value> decode() && {
    // Lists may be nested deeper than the stack allows recursion.
    std::vector<Value> open;
    for (;;) {
      Value value;
      if (at_ == tokens_.size()) return none();
      const Token tag = tokens_[at_++];
      if (token::is_sequence(tag)) {
        value = tag == token::list ? Value::list({}) : Value::string("");
        open.push_back(std::move(value));
      } else if (!scalar(tag, value)) {
        return none();
      } else if (open.empty()) {
        if (at_ != tokens_.size()) return none();
        return value;
      } else {
        if (at_ == tokens_.size() || tokens_[at_++] != token::stop) return none();
        if (!add(open.back(), std::move(value))) return none();
      }
      // A sequence ends where no item follows.
      while (at_ == tokens_.size() || tokens_[at_] == token::stop) {
        if (at_ == tokens_.size()) {
          if (open.size() != 1) return none();
          return std::move(open.back());
        }
        ++at_;
        Value whole = std::move(open.back());
        open.pop_back();
        if (open.empty() || !add(open.back(), std::move(whole))) return none();
      }
    }
  }

 private:
  static Error none() {
    return Error{ErrorCode::bad_input, "", "answer", "is no value", "train the model further: it wrote a wrong frame"};
  }

  /// A value that is no sequence.
  bool scalar(Token tag, Value& out) {
    if (token::is_truth(tag)) {
      out = Value::boolean(tag == token::yes);
    } else if (token::is_sign(tag)) {
      std::string digits;
      while (at_ < tokens_.size() && token::is_digit(tokens_[at_])) digits += static_cast<char>('0' + tokens_[at_++]);
      if (digits.empty()) return false;
      if (tag == token::minus) digits += '-';
      out = Value::integer({digits.rbegin(), digits.rend()});
    } else if (tag != token::none) {
      return false;
    }
    return true;
  }

  bool add(Value& to, Value item) {
    if (to.kind == Value::Kind::list) {
      to.items.push_back(std::move(item));
      return true;
    }
    if (item.kind != Value::Kind::integer || item.digits.size() > 7 || item.digits[0] == '-') return false;
    const unsigned long code = std::stoul(item.digits);
    if (code > 0x10FFFF) return false;
    to.text += python::utf8_of(static_cast<char32_t>(code));
    return true;
  }

  std::span<const Token> tokens_;
  std::size_t at_ = 0;
};

}  // namespace

Token error_token(std::string_view name) {
  if (name == "float result" || name == "outside the language") return token::out_of_language;
  const Token token = token_of(name);
  return token::is_error(token) ? token : token::named("Exception");
}

EncodedProgram encode(const python::Program& program) {
  return Encoder(program).encode();
}

Result<python::Value> decode(std::span<const Token> tokens) {
  return Decoder(tokens).decode();
}

Result<std::string> decode_line(std::span<const Token> tokens) {
  const Result<Value> line = decode(tokens);
  if (!line.ok()) return line.error();
  std::string out;
  for (const Value& item : line->items) out += (out.empty() ? "" : " ") + python::shown(item);
  return out;
}

}  // namespace trm::tasks::interpreter
