#include "engine/machine/machine_frame.h"

#include <algorithm>

namespace trm {

StreamRef* MachineFrame::find(std::int32_t token, const TokenKinds& kinds) {
  const std::size_t index = kinds.index(token);
  switch (kinds.kind(token)) {
    case TokenKind::argument:
      return index < argument_count ? &arguments[index].stream : nullptr;
    case TokenKind::letter:
      return index < letter_count ? &letters[index] : nullptr;
    case TokenKind::environment:
      return environment && index < environment->size ? &environment->streams[index] : nullptr;
    default:
      return nullptr;
  }
}

std::size_t& MachineFrame::place(std::int32_t token, const TokenKinds& kinds) {
  const std::size_t index = kinds.index(token);
  if (kinds.kind(token) == TokenKind::argument) return arguments[index].handle->at;
  return kinds.kind(token) == TokenKind::letter ? text->letter_places[index] : text->environment_places[index];
}

bool MachineFrame::has_turn(std::int32_t token, const TokenKinds& kinds) {
  return kinds.kind(token) != TokenKind::argument || arguments[kinds.index(token)].has_turn();
}

bool MachineFrame::allows(std::int32_t token, const ControlTokens& control, const TokenKinds& kinds) {
  switch (writing) {
    case Writing::nothing:
      return allows_first(token, control, kinds);
    case Writing::call:
    case Writing::spawn:
    case Writing::await:
    case Writing::tail:
      return allows_in_arguments(token, control, kinds);
    case Writing::ret:
      return allows_in_value(token, control, kinds);
    case Writing::raise:
      return kinds.kind(token) == (written().empty() ? TokenKind::data : TokenKind::end);
    case Writing::emit:
      return kinds.kind(token) == TokenKind::data || (control.programs() && find(token, kinds) != nullptr);
    case Writing::take:
    case Writing::drop:
    case Writing::move:
    case Writing::rest:
    case Writing::show:
      return find(token, kinds) != nullptr;
  }
  return false;
}

bool MachineFrame::allows_first(std::int32_t token, const ControlTokens& control, const TokenKinds& kinds) {
  switch (kinds.kind(token)) {
    case TokenKind::data:
      return !control.calls_only();
    case TokenKind::call:
    case TokenKind::tail:
    case TokenKind::ret:
    case TokenKind::raise:
    case TokenKind::emit:
    case TokenKind::take:
    case TokenKind::drop:
    case TokenKind::move:
    case TokenKind::rest:
    case TokenKind::show:
      return true;
    case TokenKind::spawn:
    case TokenKind::await:
      return has_letter(control);
    case TokenKind::read:
      return argument_count > 0;
    default:
      return false;
  }
}

bool MachineFrame::allows_in_arguments(std::int32_t token, const ControlTokens& control, const TokenKinds& kinds) {
  const std::span<const std::int32_t> so_far = written();
  const TokenKind kind = kinds.kind(token);
  if (so_far.empty()) return kind == TokenKind::data;
  if (listing != Listing::nothing) return kind == TokenKind::end || allows_in_list(token, control, kinds);
  const bool room = written_streams < kStreamArguments && control.arguments[written_streams] >= 0;
  if (kinds.kind(so_far.back()) == TokenKind::fresh) {
    return kind == TokenKind::argument && room && find(token, kinds) != nullptr;
  }
  switch (kind) {
    case TokenKind::data:
    case TokenKind::end:
    case TokenKind::fresh:
    case TokenKind::output:
    case TokenKind::with:
    case TokenKind::push:
      return true;
    case TokenKind::argument:
    case TokenKind::letter:
    case TokenKind::environment:
      return room && find(token, kinds) != nullptr;
    default:
      return false;
  }
}

bool MachineFrame::allows_in_list(std::int32_t token, const ControlTokens& control, const TokenKinds& kinds) {
  const std::size_t there = listing == Listing::push && environment ? environment->size : 0;
  const bool room = there + listed < kEnvironment && control.environment[there + listed] >= 0;
  return room && find(token, kinds) != nullptr;
}

bool MachineFrame::allows_in_value(std::int32_t token, const ControlTokens& control, const TokenKinds& kinds) {
  const std::span<const std::int32_t> so_far = written();
  const TokenKind kind = kinds.kind(token);
  if (kind == TokenKind::end) return !so_far.empty() || !control.calls_only();
  if (has_emitted()) return false;
  if (kind == TokenKind::data) return so_far.empty() || kinds.kind(so_far.back()) == TokenKind::data;
  return so_far.empty() && find(token, kinds) != nullptr;
}

bool MachineFrame::repeats(MachineFrame& other) {
  if (hash != other.hash || prompt != other.prompt || one_handle != other.one_handle) return false;
  for (std::size_t i = 0; i < argument_count; ++i) {
    if (!same_start(arguments[i], other.arguments[i])) return false;
  }
  return true;
}

bool MachineFrame::memo_key(std::vector<std::int32_t>& key) {
  if (!own_output || continues != kNoFrame) return false;
  key.assign(prompt.begin(), prompt.end());
  for (std::size_t i = 0; i < argument_count; ++i) {
    StreamArgument& argument = arguments[i];
    const TokenStream& stream = argument.stream.get();
    if (!stream.closed || !argument.exact || !stream.parts.empty()) return false;
    // All of the stream, not the rest alone: the frame can return it whole, or start over with FRESH. Whether the
    // handle is shared counts too, because only a handle of its own may a frame move and still be saved.
    key.push_back(argument.shared ? -1 : -2);
    key.push_back(static_cast<std::int32_t>(argument.start));
    key.push_back(static_cast<std::int32_t>(stream.tokens.size()));
    key.insert(key.end(), stream.tokens.begin(), stream.tokens.end());
  }
  return true;
}

}  // namespace trm
