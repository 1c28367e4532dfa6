#include "engine/machine/control_tokens.h"

#include <algorithm>
#include <utility>

namespace trm {
namespace {

std::int32_t find(std::span<const std::string> vocabulary, const char* name) {
  const auto at = std::find(vocabulary.begin(), vocabulary.end(), name);
  return at == vocabulary.end() ? -1 : static_cast<std::int32_t>(at - vocabulary.begin());
}

}  // namespace

Result<ControlTokens> ControlTokens::from(std::span<const std::string> vocabulary) {
  ControlTokens out;
  const std::pair<const char*, std::int32_t*> needed[] = {{"CALL", &out.call}, {"END", &out.end}, {"RET", &out.ret}};
  for (const auto& [name, token] : needed) {
    *token = find(vocabulary, name);
    if (*token < 0) {
      return Error{ErrorCode::bad_input, "", "vocabulary", std::string("has no token ") + name,
                   "use a model that was trained on call frames"};
    }
  }
  out.spawn = find(vocabulary, "SPAWN");
  out.read = find(vocabulary, "READ");
  out.emit = find(vocabulary, "EMIT");
  if (out.calls_only()) return out;
  const std::pair<const char*, std::int32_t*> optional[] = {
      {"FRESH", &out.fresh},  {"X", &out.arguments[0]}, {"Y", &out.arguments[1]}, {"Z", &out.arguments[2]},
      {"A", &out.spawned[0]}, {"B", &out.spawned[1]},   {"C", &out.spawned[2]},   {"D", &out.spawned[3]},
      {"E", &out.spawned[4]}, {"O", &out.output},       {"$", &out.end_of_stream}};
  for (const auto& [name, token] : optional) *token = find(vocabulary, name);
  if (out.read >= 0 && out.end_of_stream < 0) {
    return Error{ErrorCode::bad_input, "", "vocabulary", "has READ but no token $ for the end of a stream",
                 "use a model that was trained on call frames with streams"};
  }
  return out;
}

TokenKinds::TokenKinds(const ControlTokens& control, std::size_t vocab_size) : entries_(vocab_size) {
  const auto set = [&](std::int32_t token, TokenKind kind, std::size_t index = 0) {
    if (token >= 0) entries_[static_cast<std::size_t>(token)] = {kind, static_cast<std::uint8_t>(index)};
  };
  set(control.call, TokenKind::call);
  set(control.end, TokenKind::end);
  set(control.ret, TokenKind::ret);
  set(control.spawn, TokenKind::spawn);
  set(control.read, TokenKind::read);
  set(control.emit, TokenKind::emit);
  set(control.fresh, TokenKind::fresh);
  for (std::size_t i = 0; i < kStreamArguments; ++i) set(control.arguments[i], TokenKind::argument, i);
  for (std::size_t i = 0; i < kSpawns; ++i) set(control.spawned[i], TokenKind::spawned, i);
  set(control.output, TokenKind::output);
  set(control.end_of_stream, TokenKind::end_of_stream);
}

Status check_tokens(std::span<const std::int32_t> tokens, std::size_t vocab_size, const std::string& field) {
  for (const std::int32_t token : tokens) {
    if (token >= 0 && static_cast<std::size_t>(token) < vocab_size) continue;
    return Error{ErrorCode::bad_input, "", field, "token " + std::to_string(token) + " is outside the vocabulary",
                 "use tokens from 0 to " + std::to_string(vocab_size - 1)};
  }
  return {};
}

}  // namespace trm
