#include "tasks/frames/frame_streams.h"

#include <algorithm>
#include <utility>

#include "tasks/frames/vocabulary.h"

namespace trm::tasks {
namespace {

constexpr std::size_t kMostArguments = token::z - token::x + 1;

FrameStreams::Stream make_stream(Tokens tokens = {}) {
  return std::make_shared<Tokens>(std::move(tokens));
}

}  // namespace

FrameStreams::FrameStreams(const Question& question) : prompt_(question.prompt) {
  for (const Tokens& stream : question.streams) {
    handles_.push_back(std::make_shared<Cursor>(Cursor{make_stream(stream)}));
  }
  if (std::count(prompt_.begin(), prompt_.end(), token::out) > 0) inherited_ = make_stream();
}

std::optional<FrameStreams> FrameStreams::callee(std::span<const Token> args) {
  FrameStreams out;
  bool fresh = false;
  for (const Token token : args) {
    if (token == token::fresh) {
      if (fresh) return std::nullopt;
      fresh = true;
      continue;
    }
    Handle given;
    if (token::is_argument(token)) {
      given = argument(token, fresh);
    } else if (token::is_result(token) && !fresh) {
      if (const Stream stream = spawned(token)) given = std::make_shared<Cursor>(Cursor{stream});
    } else if (fresh) {
      return std::nullopt;
    } else {
      if (token == token::out) out.inherited_ = output();
      out.prompt_.push_back(token);
      continue;
    }
    if (!given || out.handles_.size() == kMostArguments) return std::nullopt;
    out.prompt_.push_back(token::x + static_cast<Token>(out.handles_.size()));
    out.handles_.push_back(std::move(given));
    fresh = false;
  }
  if (fresh || out.prompt_.empty()) return std::nullopt;
  return out;
}

FrameStreams::Call FrameStreams::call() const {
  Call out{prompt_, {}};
  for (const Handle& handle : handles_) out.streams.emplace_back(handle->stream, handle->place);
  return out;
}

Token FrameStreams::read(std::size_t argument) {
  Cursor& at = *handles_[argument];
  return at.place < at.stream->size() ? (*at.stream)[at.place++] : token::eos;
}

void FrameStreams::emit(Token token) {
  output()->push_back(token);
}

FrameStreams::Stream FrameStreams::returned(std::span<const Token> value) const {
  if (value.size() == 1 && token::is_argument(value[0])) {
    const Handle handle = argument(value[0], false);
    return handle ? handle->stream : nullptr;
  }
  if (value.size() == 1 && token::is_result(value[0])) return spawned(value[0]);
  if (value.empty() && own_ && !own_->empty()) return own_;
  return make_stream({value.begin(), value.end()});
}

FrameStreams::Stream FrameStreams::output() {
  if (inherited_) return inherited_;
  if (!own_) own_ = make_stream();
  return own_;
}

FrameStreams::Handle FrameStreams::argument(Token letter, bool fresh) const {
  const auto i = static_cast<std::size_t>(letter - token::x);
  if (i >= handles_.size()) return nullptr;
  return fresh ? std::make_shared<Cursor>(Cursor{handles_[i]->stream}) : handles_[i];
}

FrameStreams::Stream FrameStreams::spawned(Token letter) const {
  const auto i = static_cast<std::size_t>(letter - token::first_result);
  return i < spawned_.size() ? spawned_[i] : nullptr;
}

}  // namespace trm::tasks
