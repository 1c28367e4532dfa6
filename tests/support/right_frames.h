// Runs questions with frames that are right: what a perfect model and a plain recursion machine would do, one call
// after another, with no engine. Tests compare tasks and the real machine with it.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "tasks/frame.h"
#include "tasks/vocabulary.h"

namespace trm::test {

class RightFrames {
 public:
  struct Counts {
    std::size_t frames = 0, own_tokens = 0, longest = 0, depth = 0;
  };

  /// The answer; every frame that was written is kept in `frames`.
  tasks::Tokens run(const tasks::Question& question) {
    std::vector<Handle> handles;
    for (const tasks::Tokens& stream : question.streams) {
      handles.push_back(std::make_shared<Cursor>(Cursor{std::make_shared<tasks::Tokens>(stream), 0}));
    }
    const auto output = std::make_shared<tasks::Tokens>();
    const bool shares = std::count(question.prompt.begin(), question.prompt.end(), tasks::token::out) > 0;
    repeated.clear();
    open_.clear();
    try {
      const Stream result = open(question.prompt, handles, shares ? output : nullptr, 1);
      return shares ? *output : *result;
    } catch (const Loop& loop) {
      repeated = loop.prompt;
      return {};
    }
  }

  Counts counts;
  tasks::Tokens repeated;  ///< the prompt of the frame that ran already when it was called again; empty: none was
  std::vector<tasks::Frame> frames;
  bool keep_frames = false;

 private:
  using Stream = std::shared_ptr<tasks::Tokens>;
  struct Cursor {
    Stream stream;
    std::size_t place;
  };
  using Handle = std::shared_ptr<Cursor>;
  /// What decides what a frame does: its prompt, and its streams with their places.
  struct Opened {
    tasks::Tokens prompt;
    std::vector<std::pair<Stream, std::size_t>> streams;
    bool operator==(const Opened&) const = default;
  };
  struct Loop {
    tasks::Tokens prompt;
  };

  class World final : public tasks::FrameWorld {
   public:
    World(RightFrames& all, std::vector<Handle> handles, Stream inherited, std::size_t depth)
        : all_(all), handles_(std::move(handles)), inherited_(std::move(inherited)), depth_(depth) {}

    tasks::Tokens call(std::span<const tasks::Token> args, std::size_t) override { return *callee(args); }
    void spawn(std::span<const tasks::Token> args, std::size_t) override { results_.push_back(callee(args)); }
    tasks::Token read(std::size_t stream, std::size_t) override {
      Cursor& at = *handles_[stream];
      return at.place < at.stream->size() ? (*at.stream)[at.place++] : tasks::token::eos;
    }
    void emit(tasks::Token token) override {
      REQUIRE(tasks::token::is_data(token));
      output()->push_back(token);
    }

    /// What the frame returned.
    Stream result(const tasks::Frame& frame) {
      std::size_t at = frame.tokens.size() - 1;
      while (frame.tokens[at - 1] != tasks::token::ret) --at;
      const tasks::Tokens value(frame.tokens.begin() + static_cast<std::ptrdiff_t>(at), frame.tokens.end() - 1);
      if (value.size() == 1 && tasks::token::is_argument(value[0])) return handle(value[0])->stream;
      if (value.size() == 1 && tasks::token::is_result(value[0])) return outcome(value[0]);
      if (own_ && !own_->empty()) {
        REQUIRE(value.empty());
        return own_;
      }
      return std::make_shared<tasks::Tokens>(value);
    }

   private:
    Stream& output() {
      if (inherited_) return inherited_;
      if (!own_) own_ = std::make_shared<tasks::Tokens>();
      return own_;
    }
    const Handle& handle(tasks::Token letter) {
      const auto i = static_cast<std::size_t>(letter - tasks::token::x);
      REQUIRE(i < handles_.size());
      return handles_[i];
    }
    const Stream& outcome(tasks::Token letter) {
      const auto i = static_cast<std::size_t>(letter - tasks::token::first_result);
      REQUIRE(i < results_.size());
      return results_[i];
    }
    Stream callee(std::span<const tasks::Token> args) {
      tasks::Tokens prompt;
      std::vector<Handle> given;
      Stream shared;
      bool fresh = false;
      for (const tasks::Token token : args) {
        if (token == tasks::token::fresh) {
          fresh = true;
          continue;
        }
        if (tasks::token::is_argument(token)) {
          given.push_back(fresh ? std::make_shared<Cursor>(Cursor{handle(token)->stream, 0}) : handle(token));
          prompt.push_back(tasks::token::x + static_cast<tasks::Token>(given.size()) - 1);
        } else if (tasks::token::is_result(token)) {
          given.push_back(std::make_shared<Cursor>(Cursor{outcome(token), 0}));
          prompt.push_back(tasks::token::x + static_cast<tasks::Token>(given.size()) - 1);
        } else {
          if (token == tasks::token::out) shared = output();
          prompt.push_back(token);
        }
        fresh = false;
      }
      return all_.open(prompt, given, shared, depth_ + 1);
    }

    RightFrames& all_;
    std::vector<Handle> handles_;
    std::vector<Stream> results_;
    Stream inherited_, own_;
    std::size_t depth_;
  };

  Stream open(const tasks::Tokens& prompt, const std::vector<Handle>& handles, const Stream& output,
              std::size_t depth) {
    Opened opened{prompt, {}};
    for (const Handle& handle : handles) opened.streams.emplace_back(handle->stream, handle->place);
    if (std::find(open_.begin(), open_.end(), opened) != open_.end()) throw Loop{prompt};
    open_.push_back(std::move(opened));
    World world(*this, handles, output, depth);
    Result<tasks::Frame> frame = tasks::write_frame(prompt, world);
    REQUIRE_MESSAGE(frame.ok(), frame.error().text());
    ++counts.frames;
    counts.own_tokens += static_cast<std::size_t>(std::count(frame->own.begin(), frame->own.end(), 1));
    counts.longest = std::max(counts.longest, frame->tokens.size());
    counts.depth = std::max(counts.depth, depth);
    Stream result = world.result(*frame);
    if (keep_frames) frames.push_back(*std::move(frame));
    open_.pop_back();
    return result;
  }

  std::vector<Opened> open_;
};

}  // namespace trm::test
