// Frames that run programs, written by a script: questions whose streams refer to each other, frames as literal text.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "tests/engine/frame_programs.h"

namespace trm::test_programs {

/// A stream of words; `@2` stands for the third stream of the question as a part.
inline Tokens items(const std::string& text) {
  std::istringstream in(text);
  Tokens out;
  for (std::string word; in >> word;) out.push_back(word[0] == '@' ? -1 - std::stoi(word.substr(1)) : token(word));
  return out;
}

/// A question whose prompt names the first streams.
inline Question program(const std::string& prompt, const std::vector<std::string>& streams = {}) {
  Question out{tokens(prompt), {}, 0};
  for (const std::string& stream : streams) out.streams.push_back(items(stream));
  for (const std::int32_t t : out.prompt) {
    out.arguments = *out.arguments + (t == token("X") || t == token("Y") || t == token("Z") ? 1 : 0);
  }
  return out;
}

/// A frame that writes these words and takes what it is given for them.
inline std::function<void(Frame&)> literally(const std::string& list) {
  return [list](Frame& f) {
    std::istringstream in(list);
    for (std::string word, next; in >> word;) {
      if (word == "READ" && f.arguments() > 0) {
        f.read();
      } else if (word == "TAKE" || word == "DROP" || word == "MOVE") {
        in >> next;
        f.item(word, next);
      } else if (word == "CALL" || word == "SPAWN" || word == "AWAIT") {
        std::string args;
        next.clear();
        while (in >> next && next != "END") args += args.empty() ? next : " " + next;
        if (next != "END") f.write(word + " " + args);
        if (word == "CALL") f.call(args);
        if (word == "SPAWN") f.spawn(args);
        if (word == "AWAIT") f.await(args);
      } else {
        f.write(word);
      }
    }
  };
}

/// Programs by name, each as literal text.
inline Programs literal_programs(const std::map<std::string, std::string>& texts) {
  Programs out;
  for (const auto& [name, list] : texts) out[name] = literally(list);
  return out;
}

inline std::vector<Answer> run_programs(const tests::Script& script, const std::vector<Question>& questions,
                                        const MachineOptions& options = {}, const MachineObserver& observer = {},
                                        tests::Seen* watch = nullptr) {
  return run(script, questions, options, observer, watch, program_words());
}

/// What a person would see: lines that were printed, then the value or the verdict.
inline std::string outcome(const Answer& answer) {
  std::string out;
  for (const Tokens& line : answer.printed) out += "[" + text(line) + "] ";
  if (answer.verdict == Verdict::answered) return out + text(answer.value);
  return out + std::string(verdict_text(answer.verdict)) +
         (answer.verdict == Verdict::raised ? " " + text(answer.value) : "");
}

}  // namespace trm::test_programs
