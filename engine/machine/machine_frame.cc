#include "engine/machine/machine_frame.h"

#include <algorithm>

namespace trm {

StreamRef* MachineFrame::find(std::int32_t token, const TokenKinds& kinds) {
  const std::size_t index = kinds.index(token);
  switch (kinds.kind(token)) {
    case TokenKind::argument:
      return index < argument_count ? &arguments[index].stream : nullptr;
    case TokenKind::spawned:
      return index < spawned_count ? &spawned[index] : nullptr;
    default:
      return nullptr;
  }
}

bool MachineFrame::allows(std::int32_t token, const ControlTokens& control, const TokenKinds& kinds) {
  switch (writing) {
    case Writing::nothing:
      break;
    case Writing::call:
    case Writing::spawn:
      return allows_in_arguments(token, control, kinds);
    case Writing::ret:
      return allows_in_value(token, control, kinds);
    case Writing::emit:
      return kinds.kind(token) == TokenKind::data;
  }
  switch (kinds.kind(token)) {
    case TokenKind::data:
      return !control.calls_only();
    case TokenKind::call:
    case TokenKind::ret:
    case TokenKind::emit:
      return true;
    case TokenKind::spawn:
      return spawned_count < kSpawns && control.spawned[spawned_count] >= 0;
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
  const bool room = written_streams < kStreamArguments && control.arguments[written_streams] >= 0;
  if (kinds.kind(so_far.back()) == TokenKind::fresh) {
    return kind == TokenKind::argument && room && find(token, kinds) != nullptr;
  }
  switch (kind) {
    case TokenKind::data:
    case TokenKind::end:
    case TokenKind::fresh:
    case TokenKind::output:
      return true;
    case TokenKind::argument:
    case TokenKind::spawned:
      return room && find(token, kinds) != nullptr;
    default:
      return false;
  }
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
  if (!own_output) return false;
  key.assign(prompt.begin(), prompt.end());
  for (std::size_t i = 0; i < argument_count; ++i) {
    StreamArgument& argument = arguments[i];
    const TokenStream& stream = argument.stream.get();
    if (!stream.closed || !argument.exact) return false;
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
