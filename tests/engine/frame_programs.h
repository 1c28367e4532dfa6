// Programs in the frame language that a scripted model runs on the recursion machine.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "engine/machine/machine.h"
#include "tests/support/scripted_stepper.h"

namespace trm::test_programs {

using Tokens = std::vector<std::int32_t>;

inline const std::vector<std::string>& words() {
  static const std::vector<std::string> all = {"0",    "1",   "2",    "3",     "4",    "5",    "6",     "7", "8", "9",
                                               ",",    ".",   "FACT", "FIB",   "MUL",  "ADD",  "PRE",   "P", "Q", "R",
                                               "CALL", "END", "RET",  "SPAWN", "READ", "EMIT", "FRESH", "X", "Y", "Z",
                                               "A",    "B",   "C",    "D",     "E",    "O",    "$"};
  return all;
}

/// With the words of frames that run programs behind them.
inline const std::vector<std::string>& program_words() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> out = words();
    for (const char* more :
         {"F",  "G",  "H",  "AWAIT", "TAIL", "RAISE", "TAKE", "DROP", "MOVE", "REST", "SHOW", "WITH", "PUSH", ";",
          "V0", "V1", "V2", "V3",    "V4",   "V5",    "V6",   "V7",   "V8",   "V9",   "V10",  "V11",  "S",    "T"}) {
      out.emplace_back(more);
    }
    return out;
  }();
  return all;
}

inline std::int32_t token(const std::string& word) {
  const auto at = std::find(program_words().begin(), program_words().end(), word);
  REQUIRE_MESSAGE(at != program_words().end(), word);
  return static_cast<std::int32_t>(at - program_words().begin());
}

inline Tokens tokens(const std::string& text) {
  std::istringstream in(text);
  Tokens out;
  for (std::string word; in >> word;) out.push_back(token(word));
  return out;
}

inline std::string text(std::span<const std::int32_t> list) {
  std::string out;
  for (const std::int32_t t : list) out += (out.empty() ? "" : " ") + program_words()[static_cast<std::size_t>(t)];
  return out;
}

/// A frame that a program writes from the start whenever its next token is wanted: what it has written and was given
/// already is read back.
class Frame {
 public:
  struct Next {
    std::int32_t token;
  };

  explicit Frame(const Tokens& seen) : seen_(seen), prompt_(until_end()) {
    arguments_ = static_cast<std::size_t>(std::count_if(prompt_.begin(), prompt_.end(), [](std::int32_t t) {
      return t == token("X") || t == token("Y") || t == token("Z");
    }));
  }

  [[nodiscard]] const Tokens& prompt() const { return prompt_; }
  [[nodiscard]] int digit(std::size_t at) const { return static_cast<int>(prompt_.at(at)); }
  [[nodiscard]] std::size_t arguments() const { return arguments_; }
  [[nodiscard]] std::size_t spawned() const { return spawned_; }

  void write(std::int32_t t) {
    if (at_ == seen_.size()) throw Next{t};
    if (seen_[at_] != t) FAIL("a frame is not what its program wrote");
    ++at_;
  }
  void write(const std::string& list) {
    for (const std::int32_t t : tokens(list)) write(t);
  }
  Tokens call(const std::string& args) {
    write("CALL " + args + " END");
    return until_end();
  }
  void spawn(const std::string& args) {
    write("SPAWN " + args + " END");
    REQUIRE(until_end() == tokens(next_letter()));
  }
  /// The letter of what it returned.
  std::string await(const std::string& args) {
    write("AWAIT " + args + " END");
    std::string letter = next_letter();
    REQUIRE(until_end() == tokens(letter));
    return letter;
  }
  Tokens read() {
    write("READ");
    REQUIRE(at_ + arguments_ <= seen_.size());
    at_ += arguments_;
    Tokens out(seen_.begin() + static_cast<std::ptrdiff_t>(at_ - arguments_),
               seen_.begin() + static_cast<std::ptrdiff_t>(at_));
    for (const std::int32_t t : out) count_letter(t);
    return out;
  }
  /// TAKE, DROP and MOVE: the token that the machine gives.
  std::string item(const std::string& what, const std::string& stream) {
    write(what + " " + stream);
    count_letter(seen_.at(at_));
    return text(std::span(&seen_.at(at_++), 1));
  }
  void emit(std::int32_t t) {
    write("EMIT");
    write(t);
  }
  void ret(const std::string& value) { write("RET " + value + " END"); }
  void tail(const std::string& args) { write("TAIL " + args + " END"); }

 private:
  static bool is_letter(std::int32_t t) {
    const std::string& word = program_words()[static_cast<std::size_t>(t)];
    return word.size() == 1 && word[0] >= 'A' && word[0] <= 'H';
  }
  /// A part that the machine gave a letter, in order.
  void count_letter(std::int32_t given) {
    if (is_letter(given)) REQUIRE(given == token(next_letter()));
  }
  std::string next_letter() { return std::string(1, static_cast<char>('A' + spawned_++)); }
  Tokens until_end() {
    Tokens out;
    for (; seen_.at(at_) != token("END"); ++at_) out.push_back(seen_[at_]);
    ++at_;
    return out;
  }

  const Tokens& seen_;
  std::size_t at_ = 0, arguments_ = 0, spawned_ = 0;
  Tokens prompt_;
};

/// By the first word of a prompt.
using Programs = std::map<std::string, std::function<void(Frame&)>>;

inline tests::Script script(Programs programs) {
  return [programs = std::move(programs)](const Tokens& seen) -> std::int32_t {
    Frame frame(seen);
    try {
      programs.at(program_words()[static_cast<std::size_t>(seen[0])])(frame);
    } catch (const Frame::Next& next) {
      return next.token;
    }
    FAIL("the program ended before its frame");
    return 0;
  };
}

inline std::string digit(int value) {
  return std::to_string(value);
}

/// The programs of the specification.
inline Programs arithmetic() {
  Programs out;
  out["MUL"] = [](Frame& f) {
    int carry = 0;
    for (;;) {
      const std::int32_t x = f.read()[0];
      if (x == token("$")) break;
      const int product = f.digit(1) * x + carry;
      f.write(f.digit(1));
      f.emit(product % 10);
      f.write(carry = product / 10);
    }
    if (carry > 0) f.emit(carry);
    f.ret("");
  };
  out["ADD"] = [](Frame& f) {
    int carry = 0;
    for (;;) {
      const Tokens in = f.read();
      const bool no_x = in[0] == token("$"), no_y = in[1] == token("$");
      if (no_x && no_y) break;
      const int sum = (no_x ? 0 : in[0]) + (no_y ? 0 : in[1]) + carry;
      f.emit(sum % 10);
      f.write(carry = sum / 10);
    }
    if (carry > 0) f.emit(carry);
    f.ret("");
  };
  out["FACT"] = [](Frame& f) {
    const int n = f.digit(1);
    if (n == 0) return f.ret("X");
    f.spawn("FACT " + digit(n - 1) + " , X");
    f.spawn("MUL " + digit(n) + " , A");
    f.ret("B");
  };
  out["FIB"] = [](Frame& f) {
    const int n = f.digit(1);
    if (n < 2) return f.ret(n == 0 ? "X" : "Y");
    f.spawn("FIB " + digit(n - 1) + " , X , Y");
    f.spawn("FIB " + digit(n - 2) + " , X , Y");
    f.spawn("ADD A , B");
    f.ret("C");
  };
  out["PRE"] = [](Frame& f) {
    const std::int32_t node = f.read()[0];
    if (node == token(".")) return f.ret("");
    f.emit(node);
    f.call("PRE X , O");
    f.call("PRE X , O");
    f.ret("");
  };
  return out;
}

inline Question question(const std::string& prompt, const std::vector<std::string>& streams = {}) {
  Question out{tokens(prompt), {}};
  for (const std::string& stream : streams) out.streams.push_back(tokens(stream));
  return out;
}

inline Machine machine_of(tests::Script script, tests::Seen& seen, const MachineOptions& options,
                          const std::vector<std::string>& vocabulary = words()) {
  Result<Machine> machine = Machine::create(
      std::make_unique<tests::ScriptedStepper>(vocabulary.size(), std::move(script), seen), vocabulary, options);
  REQUIRE(machine.ok());
  return *std::move(machine);
}

/// Runs the questions on a machine of their own and looks for lost states.
inline std::vector<Answer> run(const tests::Script& script, const std::vector<Question>& questions,
                               const MachineOptions& options, const MachineObserver& observer = {},
                               tests::Seen* watch = nullptr, const std::vector<std::string>& vocabulary = words()) {
  tests::Seen own;
  tests::Seen& seen = watch != nullptr ? *watch : own;
  Machine machine = machine_of(script, seen, options, vocabulary);
  std::vector<Answer> answers(questions.size());
  const Status status = machine.run(questions, answers, observer);
  REQUIRE(status.ok());
  REQUIRE(seen.alive == 0);
  REQUIRE(machine.objects_in_use() == 0);
  REQUIRE((options.recursion_limit == 0 || seen.peak <= options.concurrency * options.recursion_limit));
  REQUIRE(seen.widest <= options.concurrency);
  return answers;
}

inline Answer ask(const tests::Script& script, const Question& question, std::size_t concurrency = 1,
                  bool memo = false) {
  MachineOptions options;
  options.recursion_limit = 256;
  options.concurrency = concurrency;
  options.memo = memo;
  return run(script, {question}, options)[0];
}

constexpr std::size_t kConcurrencies[] = {1, 2, 3, 8, 64};

}  // namespace trm::test_programs
