// Frames as people write them down: tokens separated by blanks, what is appended in brackets.
//   "GCD 5 , 0 END RET 5 END",  "EVEN 3 END CALL ODD 2 END [NO END] RET NO END"
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "tasks/frames/frame.h"
#include "tasks/frames/vocabulary.h"

namespace trm::test {

inline tasks::Tokens tokens_from(std::string_view text) {
  tasks::Tokens out;
  for (std::size_t at = text.find_first_not_of(' '); at != std::string_view::npos;) {
    const std::size_t stop = std::min(text.find(' ', at), text.size());
    const tasks::Token token = tasks::token_of(text.substr(at, stop - at));
    REQUIRE_MESSAGE(token >= 0, std::string(text.substr(at, stop - at)));
    out.push_back(token);
    at = text.find_first_not_of(' ', stop);
  }
  return out;
}

/// The prompt goes to the first END and needs no brackets.
inline tasks::Frame annotated_frame(std::string_view text) {
  tasks::Frame out;
  bool given = true;
  const auto add = [&](std::string_view part) {
    for (const tasks::Token token : tokens_from(part)) {
      out.tokens.push_back(token);
      out.own.push_back(given ? 0 : 1);
      if (out.prompt == 0 && token == tasks::token::end) {
        out.prompt = out.tokens.size();
        given = false;
      }
    }
  };
  while (!text.empty()) {
    const std::size_t stop = std::min(text.find_first_of("[]"), text.size());
    add(text.substr(0, stop));
    if (stop < text.size()) given = text[stop] == '[';
    text.remove_prefix(std::min(stop + 1, text.size()));
  }
  return out;
}

/// Gives what a written-down frame was given, at the places where it was given.
class AnnotatedWorld final : public tasks::FrameWorld {
 public:
  explicit AnnotatedWorld(const tasks::Frame& frame) : frame_(frame) {}

  tasks::Tokens call(std::span<const tasks::Token>, std::size_t at) override {
    tasks::Tokens value;
    for (; at < frame_.tokens.size() && frame_.tokens[at] != tasks::token::end; ++at)
      value.push_back(frame_.tokens[at]);
    return value;
  }
  void spawn(std::span<const tasks::Token>, std::size_t) override {}
  tasks::Token read(std::size_t, std::size_t at) override {
    return at < frame_.tokens.size() ? frame_.tokens[at] : tasks::token::eos;
  }
  void emit(tasks::Token token) override { emitted.push_back(token); }

  tasks::Tokens emitted;

 private:
  const tasks::Frame& frame_;
};

}  // namespace trm::test
