#include "engine/machine/control_tokens.h"

#include <algorithm>

namespace trm {
namespace {

std::int32_t find(std::span<const std::string> vocabulary, const char* name) {
  const auto at = std::find(vocabulary.begin(), vocabulary.end(), name);
  return at == vocabulary.end() ? -1 : static_cast<std::int32_t>(at - vocabulary.begin());
}

/// A name that a vocabulary may lack, and where its token goes.
struct Optional {
  const char* name;
  std::int32_t* token;
};

void find_all(std::span<const std::string> vocabulary, std::span<const Optional> names) {
  for (const Optional& each : names) *each.token = find(vocabulary, each.name);
}

Error lacks(const std::string& has, const std::string& name, const std::string& purpose, const std::string& fix) {
  return {ErrorCode::bad_input, "", "vocabulary", "has " + has + " but no token " + name + " for " + purpose, fix};
}

/// What only frames that run programs use. Error: a token that the machine gives is missing.
Status find_programs(std::span<const std::string> vocabulary, ControlTokens& out) {
  const Optional names[] = {{"AWAIT", &out.await}, {"TAIL", &out.tail}, {"RAISE", &out.raise},  {"TAKE", &out.take},
                            {"DROP", &out.drop},   {"MOVE", &out.move}, {"REST", &out.rest},    {"SHOW", &out.show},
                            {"PUSH", &out.push},   {".", &out.there},   {";", &out.end_of_part}};
  find_all(vocabulary, names);
  for (std::size_t i = kSpawns; i < kLetters; ++i) {
    out.letters[i] = find(vocabulary, std::string(1, static_cast<char>('A' + i)).c_str());
  }
  for (std::size_t i = 0; i < kEnvironment; ++i) {
    out.environment[i] = find(vocabulary, ("V" + std::to_string(i)).c_str());
  }
  const std::string fix = "use a model that was trained on frames that run programs";
  if (out.end_of_stream < 0) return lacks("WITH", "$", "the end of a stream", fix);
  if (out.there < 0) return lacks("WITH", ".", "an item that is there", fix);
  if (out.end_of_part < 0) return lacks("WITH", ";", "the end of a part", fix);
  return {};
}

}  // namespace

Result<ControlTokens> ControlTokens::from(std::span<const std::string> vocabulary) {
  ControlTokens out;
  const Optional needed[] = {{"CALL", &out.call}, {"END", &out.end}, {"RET", &out.ret}};
  find_all(vocabulary, needed);
  for (const Optional& each : needed) {
    if (*each.token >= 0) continue;
    return Error{ErrorCode::bad_input, "", "vocabulary", std::string("has no token ") + each.name,
                 "use a model that was trained on call frames"};
  }
  const Optional streams[] = {{"SPAWN", &out.spawn}, {"READ", &out.read}, {"EMIT", &out.emit}};
  find_all(vocabulary, streams);
  if (out.calls_only()) return out;
  const Optional names[] = {{"FRESH", &out.fresh},    {"X", &out.arguments[0]},  {"Y", &out.arguments[1]},
                            {"Z", &out.arguments[2]}, {"A", &out.letters[0]},    {"B", &out.letters[1]},
                            {"C", &out.letters[2]},   {"D", &out.letters[3]},    {"E", &out.letters[4]},
                            {"O", &out.output},       {"$", &out.end_of_stream}, {"WITH", &out.with}};
  find_all(vocabulary, names);
  if (out.read >= 0 && out.end_of_stream < 0) {
    return lacks("READ", "$", "the end of a stream", "use a model that was trained on call frames with streams");
  }
  if (out.programs()) {
    if (Status s = find_programs(vocabulary, out); !s.ok()) return s.error();
  }
  return out;
}

TokenKinds::TokenKinds(const ControlTokens& control, std::size_t vocab_size) : entries_(vocab_size) {
  const auto set = [&](std::int32_t token, TokenKind kind, std::size_t index = 0) {
    if (token >= 0) entries_[static_cast<std::size_t>(token)] = {kind, static_cast<std::uint8_t>(index)};
  };
  set(control.call, TokenKind::call);
  set(control.spawn, TokenKind::spawn);
  set(control.await, TokenKind::await);
  set(control.tail, TokenKind::tail);
  set(control.end, TokenKind::end);
  set(control.ret, TokenKind::ret);
  set(control.raise, TokenKind::raise);
  set(control.read, TokenKind::read);
  set(control.take, TokenKind::take);
  set(control.drop, TokenKind::drop);
  set(control.move, TokenKind::move);
  set(control.rest, TokenKind::rest);
  set(control.emit, TokenKind::emit);
  set(control.show, TokenKind::show);
  set(control.fresh, TokenKind::fresh);
  set(control.with, TokenKind::with);
  set(control.push, TokenKind::push);
  for (std::size_t i = 0; i < kStreamArguments; ++i) set(control.arguments[i], TokenKind::argument, i);
  for (std::size_t i = 0; i < kLetters; ++i) set(control.letters[i], TokenKind::letter, i);
  for (std::size_t i = 0; i < kEnvironment; ++i) set(control.environment[i], TokenKind::environment, i);
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
