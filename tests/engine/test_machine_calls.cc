// Calls of a program on the recursion machine: those that never end, those that were answered before, what observers
// see of them, how deep they go, and that neither concurrency nor the memo table changes an answer.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "engine/machine/sequence_table.h"
#include "tests/engine/program_frames.h"
#include "tests/engine/support.h"
#include "tests/support/sweep.h"

namespace {

using namespace trm;
using namespace trm::test_programs;
using tests::Seen;

/// A stepper for many and deep frames, which tells its own allocations from those of the machine.
class LeanStepper final : public Stepper {
 public:
  LeanStepper(tests::Script script, std::size_t& own_allocations) : script_(std::move(script)), own_(own_allocations) {}

  Result<StateId> acquire() override {
    const std::size_t before = test::allocations();
    if (free_.empty()) {
      states_.emplace_back();
      free_.push_back(static_cast<StateId>(states_.size() - 1));
    }
    const StateId id = free_.back();
    free_.pop_back();
    states_[id].clear();
    own_ += test::allocations() - before;
    return id;
  }
  void release(StateId state) override {
    const std::size_t before = test::allocations();
    free_.push_back(state);
    own_ += test::allocations() - before;
  }
  Status forward(std::span<const Feed> feeds) override {
    const std::size_t before = test::allocations();
    for (const Feed& feed : feeds) {
      std::vector<std::int32_t>& seen = states_[feed.state];
      seen.insert(seen.end(), feed.tokens.begin(), feed.tokens.end());
      std::fill(feed.logits, feed.logits + program_words().size(), 0.0f);
      feed.logits[static_cast<std::size_t>(script_(seen))] = 1.0f;
    }
    own_ += test::allocations() - before;
    return {};
  }
  [[nodiscard]] std::size_t state_bytes() const override { return 1; }
  [[nodiscard]] std::size_t arena_bytes() const override { return 1; }
  [[nodiscard]] std::size_t max_stream_tokens() const override { return 4096; }

 private:
  tests::Script script_;
  std::size_t& own_;
  std::vector<std::vector<std::int32_t>> states_;
  std::vector<StateId> free_;
};

/// Frames of fixed words, for questions of many frames: `_` is a word that the machine gives. A frame of P first drops
/// an item of X, and where none is left it writes `last` instead of the rest of its list. Frames of Q are `callee`.
tests::Script fixed_script(const std::string& start, const std::string& list, const std::string& last,
                           const std::string& callee = "") {
  const auto words_of = [](const std::string& text) {
    std::istringstream in(text);
    Tokens out;
    for (std::string word; in >> word;) out.push_back(word == "_" ? -1 : token(word));
    return out;
  };
  return [first = words_of(start), more = words_of("DROP X _ " + list), done = words_of("DROP X _ " + last),
          other = words_of(callee), q = token("Q"), end = token("END"), no = token("$"),
          p = token("P")](const Tokens& seen) -> std::int32_t {
    const auto prompt = static_cast<std::size_t>(std::find(seen.begin(), seen.end(), end) - seen.begin()) + 1;
    const std::size_t at = seen.size() - prompt;
    if (seen[0] != p) return (seen[0] == q ? other : first).at(at);
    return (at > 2 && seen[prompt + 2] == no ? done : more).at(at);
  };
}

Machine lean_machine(tests::Script script, const MachineOptions& options, std::size_t& own_allocations) {
  Result<Machine> machine =
      Machine::create(std::make_unique<LeanStepper>(std::move(script), own_allocations), program_words(), options);
  REQUIRE(machine.ok());
  return *std::move(machine);
}

/// `name` starts with FACT and its streams X Y Z; programs have P Q R S.
Answer ask_program(const std::map<std::string, std::string>& texts, const Question& asked, std::size_t concurrency = 1,
                   bool memo = false, const MachineObserver& observer = {}) {
  MachineOptions options;
  options.concurrency = concurrency;
  options.memo = memo;
  options.recursion_limit = 40;
  return run_programs(script(literal_programs(texts)), {asked}, options, observer)[0];
}

/// A frame of random acts, as in test_machine_schedule.cc: whatever it is given, another token anywhere changes what it
/// does. `P d r e ...`: d more generations may follow, r tells siblings apart, e streams are in the environment. Frames
/// of Q return data alone, so that they can be asked with CALL.
class RandomProgram {
 public:
  RandomProgram(Frame& frame, std::uint64_t seed) : f_(frame), state_(seed + hash_tokens(frame.prompt())) {}

  void run() {
    data_only_ = f_.prompt()[0] == token("Q");
    environment_ = static_cast<std::size_t>(f_.digit(3));
    const std::size_t acts = next(8);
    for (std::size_t i = 0; i < acts; ++i) act();
    // The callee does not know what was emitted before it.
    if (!emitted_ && f_.digit(1) > 0 && next(5) == 0) return f_.tail(callee(data_only_, false));
    if (next(40) == 0) return f_.write("RAISE " + digit(static_cast<int>(next(10))) + " END");
    if (emitted_) return f_.ret("");
    const std::string stream = data_only_ || next(3) == 0 ? "" : name(false);
    if (!stream.empty()) return f_.ret(stream);
    f_.ret(next(4) == 0 ? "" : digit(static_cast<int>(next(10))) + " " + digit(static_cast<int>(next(10))));
  }

 private:
  std::uint64_t next(std::uint64_t bound) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return (state_ >> 33) % bound;
  }
  void learn(const Tokens& given) { state_ ^= hash_tokens(given) * 3; }
  void learn(const std::string& given) { learn(tokens(given)); }

  /// "" if there is none.
  std::string name(bool may_be_fresh) {
    const std::size_t count = f_.arguments() + f_.spawned() + environment_;
    if (count == 0) return "";
    std::size_t at = next(count);
    if (at < f_.spawned()) return std::string(1, static_cast<char>('A' + at));
    at -= f_.spawned();
    if (at < environment_) return "V" + std::to_string(at);
    const std::string out(1, static_cast<char>('X' + at - environment_));
    return may_be_fresh && next(3) == 0 ? "FRESH " + out : out;
  }

  std::string callee(bool data_only, bool may_emit) {
    const std::size_t way = next(4);  // WITH, PUSH, or what is there
    std::string list;
    std::size_t listed = way == 0 ? 0 : environment_;
    if (way < 2) {
      list = way == 0 ? " WITH" : " PUSH";
      for (std::size_t i = next(3); i-- > 0;) {
        const std::string stream = name(false);
        if (stream.empty() || listed == 9) continue;
        list += " " + stream;
        ++listed;
      }
    }
    std::string out = std::string(data_only ? "Q " : "P ") + digit(f_.digit(1) - 1) + " " +
                      digit(static_cast<int>(next(4))) + " " + digit(static_cast<int>(listed));
    for (std::size_t i = next(3); i-- > 0;) {
      const std::string stream = name(true);
      if (!stream.empty()) out += " , " + stream;
    }
    if (may_emit && next(4) == 0) {
      emitted_ = true;
      out += " , O";
    }
    return out + list;
  }

  void act() {
    const std::string stream = name(false);
    const bool deeper = f_.digit(1) > 0, letters = f_.spawned() < 5;
    switch (next(11)) {
      case 0:
        return f_.write(static_cast<std::int32_t>(next(10)));
      case 1:
        if (f_.arguments() > 0 && letters) learn(f_.read());
        return;
      case 2:
        if (!stream.empty() && letters) learn(f_.item("TAKE", stream));
        return;
      case 3:
        if (!stream.empty()) learn(f_.item("DROP", stream));
        return;
      case 4:
        emitted_ = true;
        return f_.emit(static_cast<std::int32_t>(next(10)));
      case 5:
        if (stream.empty() || data_only_) return;
        emitted_ = true;
        if (next(2) == 0) return f_.write("EMIT " + stream);
        // MOVE and REST emit nothing where nothing is left.
        f_.emit(1);
        if (next(2) == 0) return f_.write("REST " + stream);
        return learn(f_.item("MOVE", stream));
      case 6:
        if (!stream.empty()) f_.write("SHOW " + stream);
        return;
      case 7:
        // A callee that takes the output may emit parts: frames of Q have none that does.
        if (deeper) learn(f_.call(callee(true, !data_only_)));
        return;
      case 8:
        if (deeper && letters) f_.spawn(callee(data_only_, !data_only_));
        return;
      default:
        if (deeper && letters) f_.await(callee(data_only_ || next(3) == 0, !data_only_));
        return;
    }
  }

  Frame& f_;
  std::uint64_t state_;
  bool data_only_ = false, emitted_ = false;
  std::size_t environment_ = 0;
};

/// Allocations of the machine, without the stepper's, for a question with so many items to loop over.
std::size_t allocated(Machine& machine, std::size_t turns, const std::size_t& own) {
  std::vector<Answer> answers(1);
  Question asked = program("FACT X Y", {"", "1 2"});
  asked.streams[0].assign(turns, 1);
  const std::size_t before = test::allocations(), own_before = own;
  const Status status = machine.run({&asked, 1}, answers);
  const std::size_t all = test::allocations() - before - (own - own_before);
  REQUIRE(status.ok());
  CHECK(outcome(answers[0]) == "1 2");
  CHECK(answers[0].max_depth <= 2);
  CHECK(machine.objects_in_use() == 0);
  return all;
}

}  // namespace

TEST_CASE("calls that never end: the same prompt and streams, and the same contents in the environment") {
  struct Case {
    std::map<std::string, std::string> texts;
    std::size_t frames;  // 0: answered
  };
  const std::string start = "AWAIT P X WITH Y END RET A END";
  for (const Case& c : std::vector<Case>{
           {{{"P", "AWAIT P X WITH V0 END RET A END"}}, 2},
           {{{"P", "CALL P X WITH V0 END RET 1 END"}}, 2},
           {{{"P", "SPAWN P X WITH V0 END RET A END"}}, 2},
           // TAIL does not return either.
           {{{"P", "TAIL P X WITH V0 END"}}, 2},
           {{{"P", "TAIL Q X WITH V0 END"}, {"Q", "TAIL R X WITH V0 END"}, {"R", "TAIL Q X WITH V0 END"}}, 4},
           {{{"P", "TAIL Q X END"}, {"Q", "AWAIT R X END RET A END"}, {"R", "TAIL P X WITH V0 END"}}, 4},
           {{{"P", "AWAIT Q X END RET A END"}, {"Q", "TAIL P X WITH V0 END"}}, 3},
           {{{"P", "SPAWN R END TAIL Q X PUSH A END"}, {"Q", "TAIL P X WITH V0 END"}, {"R", "RET 1 END"}}, 4},
           // Copies are equal, also where they hold parts, and where they grow for a while.
           {{{"P", "AWAIT Q END TAIL P X WITH A END"}, {"Q", "REST V0 RET END"}}, 3},
           {{{"P", "SPAWN Q END TAIL P X WITH A END"}, {"Q", "1 2 3 REST V0 RET END"}}, 3},
           {{{"P", "SPAWN Q END SPAWN R END AWAIT P X WITH B END RET C END"},
             {"Q", "1 2 3 REST V0 RET END"},
             {"R", "MOVE V0 TAKE V0 SPAWN S A END EMIT B RET END"},
             {"S", "1 2 3 REST X RET END"}},
            5},
           // The place in X counts; behind the end it stays.
           {{{"P", "DROP X TAIL P X WITH V0 END"}}, 2 + 3},
           {{{"P", "DROP X TAIL P FRESH X WITH V0 END"}}, 2},
           {{{"P", "AWAIT Q X WITH V0 END AWAIT Q X WITH V0 END RET B END"}, {"Q", "RET V0 END"}}, 0},
           {{{"P", "SPAWN Q X WITH V0 END SPAWN Q X WITH V0 END RET B END"}, {"Q", "1 2 3 RET V0 END"}}, 0},
           {{{"P", "TAIL Q X WITH V0 END"}, {"Q", "TAIL R X WITH V0 V0 END"}, {"R", "RET V0 END"}}, 0},
       }) {
    CAPTURE(c.texts.at("P"));
    std::map<std::string, std::string> texts = c.texts;
    texts["FACT"] = start;
    for (const std::size_t concurrency : {1, 2, 3, 8, 64}) {
      for (const bool memo : {false, true}) {
        const Answer answer = ask_program(texts, program("FACT X Y", {"1 2 3", "1 @2", "4 5", "6"}), concurrency, memo);
        CHECK(outcome(answer) == (c.frames == 0 ? "1 4 5 ;" : "endless loop"));
        if (c.frames == 0) continue;
        if (concurrency == 1) CHECK(answer.frames == c.frames);
        CHECK(text(answer.repeated).substr(2) == "X");
        CHECK(answer.repeated_stream == 0);
        REQUIRE_FALSE(answer.repeated_environment.empty());
        CHECK(text(answer.repeated_environment[0]) == "1 4 5 ;");
      }
    }
  }
}

TEST_CASE("frames without WITH are not compared in a program") {
  for (const char* list : {"AWAIT P X END RET A END", "CALL P END RET 1 END", "AWAIT P PUSH X END RET A END"}) {
    for (const std::size_t concurrency : {1, 8}) {
      const Answer answer = ask_program({{"P", list}, {"FACT", "AWAIT P X WITH Y END RET A END"}},
                                        program("FACT X Y", {"1", "2"}), concurrency);
      const std::string so = outcome(answer);
      CHECK((so == "recursion limit reached" || so == "malformed output"));
      CHECK(answer.frames > 1);
    }
  }
}

TEST_CASE("an endless call says which function it is of: X may be a part of a stream, or none of the question's") {
  const std::map<std::string, std::string> texts = {{"FACT", "TAKE X TAIL P A WITH Y END"},
                                                    {"P", "TAKE X TAIL P A WITH V0 END"}};
  const Answer answer = ask_program(texts, program("FACT X Y", {"@2", "7", "@3", "@2"}));
  CHECK(outcome(answer) == "endless loop");
  CHECK(answer.frames == 3);
  CHECK(answer.repeated_stream == 2);
  const Answer made =
      ask_program({{"FACT", "AWAIT Q END TAIL P A WITH END"}, {"P", "TAIL P FRESH X WITH END"}, {"Q", "RET 1 END"}},
                  program("FACT X", {"2"}));
  CHECK(outcome(made) == "endless loop");
  CHECK(made.repeated_stream == kNoStream);
  CHECK(made.repeated_environment.empty());
}

TEST_CASE("the memo table answers equal calls, with parts, and knows what it may not save") {
  struct Case {
    const char *p, *q, *want;
    std::size_t hits;
  };
  // R has parts in its value, S returns data.
  for (const Case& c : std::vector<Case>{
           {"AWAIT Q WITH Y END AWAIT Q WITH Y END EMIT A EMIT B RET END", "RET V0 END", "1 2 ; ; 1 2 ; ;", 1},
           {"AWAIT Q WITH X END AWAIT Q WITH Y END EMIT A EMIT B RET END", "RET V0 END", "1 2 ; ; 1 2 ; ;", 1},
           {"AWAIT Q WITH X X END AWAIT Q WITH X END EMIT A EMIT B RET END", "RET V0 END", "1 2 ; ; 1 2 ; ;", 0},
           {"AWAIT Q WITH X Z END AWAIT Q WITH Z X END RET B END", "RET V0 END", "9", 0},
           {"SPAWN Q WITH Y END SPAWN Q WITH Y END RET B END", "RET V0 END", "1 2 ;", 1},
           {"CALL Q WITH Y END CALL Q WITH Y END RET 1 END", "RET 1 2 END", "1", 1},
           {"AWAIT Q WITH Y END TAIL Q WITH Y END", "EMIT V0 RET END", "1 2 ; ;", 1},
           // What a call ended with is known too, and so is the call itself.
           {"AWAIT Q WITH Y END AWAIT Q WITH Y END RET B END", "TAIL R WITH V0 V0 END", "1 2 ; ;", 1},
           {"AWAIT Q WITH Y END AWAIT R WITH Y Y END RET B END", "TAIL R WITH V0 V0 END", "1 2 ; ;", 1},
           {"AWAIT Q WITH Y END AWAIT R WITH Y Y END EMIT A EMIT B RET END", "EMIT 5 TAIL R WITH V0 V0 END",
            "5 1 2 ; ; ; 1 2 ; ; ;", 0},
           // What prints, moves a place of its caller's, or writes to its output is run again.
           {"AWAIT Q WITH Z END AWAIT Q WITH Z END RET B END", "SHOW V0 RET V0 END", "[9] [9] 9", 0},
           {"AWAIT Q WITH Z END AWAIT Q WITH Z END RET B END", "AWAIT S END SHOW A RET V0 END", "[9 8] [9 8] 9", 0},
           {"AWAIT Q WITH Z END AWAIT Q WITH Z END RET B END", "TAIL T END", "[9] [9] 3", 0},
           {"AWAIT Q Y WITH Y END AWAIT Q Y WITH Y END RET B END", "RET V0 END", "1 2 ;", 0},
           {"AWAIT Q FRESH Y WITH Y END AWAIT Q FRESH Y WITH Y END RET B END", "TAKE X RET A END", "1 2", 1},
           {"CALL Q , O WITH Z END CALL Q , O WITH Z END RET END", "EMIT 3 RET END", "3 3", 0},
           // Frames that are no calls.
           {"AWAIT Q END AWAIT Q END RET B END", "RET 1 END", "1", 0},
           {"AWAIT Q WITH Y END AWAIT Q PUSH Y END RET B END", "RET V0 END", "1 2 ;", 0},
       }) {
    CAPTURE(c.p);
    CAPTURE(c.q);
    for (const std::size_t concurrency : {1, 8}) {
      const Answer answer = ask_program({{"FACT", c.p},
                                         {"Q", c.q},
                                         {"R", "EMIT V1 RET END"},
                                         {"S", "EMIT 9 EMIT 8 RET END"},
                                         {"T", "SHOW V0 EMIT 3 RET END"}},
                                        program("FACT X Y Z", {"@3", "@4", "9", "1 2", "1 2"}), concurrency, true);
      CHECK(outcome(answer) == c.want);
      CHECK(answer.memo_hits == c.hits);
    }
  }
}

TEST_CASE("an observer can print the calls of a program: their functions, arguments and values") {
  // f(n) = f(n - 1) once more and then g(n), where f ends with TAIL; n is a list of digits.
  const std::map<std::string, std::string> texts = {
      {"FACT", "AWAIT P X WITH Y END RET A END"},
      {"P", "TAIL Q X END"},
      {"Q", "TAKE V0 AWAIT R END AWAIT S X PUSH A END TAIL T FRESH X WITH V0 END"},
      {"R", "DROP V0 REST V0 RET END"},
      {"S", "TAKE V1 DROP X TAIL T X WITH V1 END"},
      {"T", "RET V0 END"}};
  std::vector<std::string> lines;
  std::map<std::size_t, std::string> names;
  MachineObserver observer;
  observer.opened = [&](const OpenedFrame& frame) {
    if (frame.call == nullptr) return;
    std::string line = std::to_string(frame.call->stream) + "(";
    for (const StreamView& value : frame.call->environment) {
      const auto flat = value.flat();
      line += flat ? text(*flat) : "?";
    }
    line += frame.continues == kNoFrame ? ")" : ") continues";
    lines.push_back(std::string(2 * frame.depth, ' ') + line);
    names[frame.id] = line;
  };
  observer.returned = [&](const ReturnedCall& call) {
    const auto flat = call.value.flat();
    lines.push_back(names.at(call.id) + " = " + (flat ? text(*flat) : "?"));
  };
  const Question asked = program("FACT X Y", {"0 0", "3 2"});
  const Answer answer = ask_program(texts, asked, 1, false, observer);
  CHECK(outcome(answer) == "3 2");
  CHECK(lines == std::vector<std::string>{"  0(3 2)", "    0(2) continues", "0(2) continues = 2", "  0(3 2) continues",
                                          "0(3 2) continues = 3 2", "0(3 2) = 3 2"});
  // Every frame opens once and closes once, complete, TAIL or not; a memo hit says which call it saved.
  for (const std::size_t concurrency : {1, 8}) {
    std::map<std::size_t, int> open;
    std::size_t continued = 0;
    observer = {};
    observer.opened = [&](const OpenedFrame& frame) {
      CHECK(++open[frame.id] == 1);
      if (frame.continues == kNoFrame) return;
      ++continued;
      CHECK(open.at(frame.continues) == 2);
    };
    observer.closed = [&](const FrameRecord& frame) {
      CHECK(frame.complete);
      CHECK(++open.at(frame.id) == 2);
    };
    CHECK(outcome(ask_program(texts, asked, concurrency, false, observer)) == "3 2");
    CHECK(open.size() == answer.frames);
    CHECK(continued == 3);
  }
  std::vector<std::string> hits;
  observer = {};
  observer.memo_hit = [&](const MemoHit& hit) {
    REQUIRE(hit.call != nullptr);
    REQUIRE(hit.call->environment.size() == 1);
    hits.push_back(std::to_string(hit.call->stream) + "(" + text(hit.call->environment[0].flat().value()) +
                   ") = " + text(hit.value));
  };
  ask_program({{"FACT", "AWAIT P FRESH X WITH Y END AWAIT P FRESH X WITH Y END RET B END"}, {"P", "EMIT V0 RET END"}},
              program("FACT X Y", {"0", "5 6"}), 1, true, observer);
  CHECK(hits == std::vector<std::string>{"0(5 6) = 5 6 ;"});
}

TEST_CASE("20,000 frames wait for each other, calls or not, and what they return comes back") {
  constexpr std::size_t kDeep = 20'000;
  for (const std::string list : {"AWAIT P X END _ _ EMIT A RET END", "AWAIT P X WITH V0 END _ _ EMIT A RET END",
                                 "SPAWN P X END _ _ EMIT A RET END", "CALL P X WITH V0 END _ _ RET 1 END"}) {
    CAPTURE(list);
    const tests::Script frames =
        fixed_script("AWAIT P X WITH Y END _ _ DROP A _ TAKE A _ RET 1 END", list, "RET 1 END");
    Question asked = program("FACT X Y", {"", "1 2"});
    asked.streams[0].assign(kDeep, 1);
    std::size_t own = 0;
    MachineOptions options;
    options.concurrency = list[0] == 'S' ? 4 : 1;
    Machine machine = lean_machine(frames, options, own);
    std::vector<Answer> answers(1);
    REQUIRE(machine.run({&asked, 1}, answers).ok());
    CHECK(outcome(answers[0]) == "1");
    CHECK(answers[0].max_depth == kDeep + 2);
    CHECK(machine.objects_in_use() == 0);
  }
}

TEST_CASE("parts in parts, 100,000 deep, are compared, answered and let go without recursion") {
  const std::size_t deep = test::swept(100'000);
  // A loop that wraps its list once more, in each turn as a call of its own.
  const tests::Script frames =
      fixed_script("TAIL P X WITH Y END", "AWAIT Q END _ _ TAIL P X WITH A END", "RET V0 END", "EMIT V0 RET END");
  Question asked = program("FACT X Y", {"", ""});
  asked.streams[0].assign(deep, 1);
  MachineOptions options;
  options.max_frames = 3 * deep;
  for (const bool memo : {false, true}) {
    options.memo = memo;
    std::size_t own = 0;
    Machine machine = lean_machine(frames, options, own);
    std::vector<Answer> answers(1);
    REQUIRE(machine.run({&asked, 1}, answers).ok());
    REQUIRE(answers[0].verdict == Verdict::answered);
    CHECK(answers[0].value == Tokens(deep, token(";")));
    CHECK(answers[0].max_depth == 2);
    CHECK(machine.objects_in_use() == 0);
  }
}

TEST_CASE("nothing is allocated once questions of the kind were answered") {
  for (const bool calls : {false, true}) {
    CAPTURE(calls);
    // A loop that copies its list, wraps it, and looks into it.
    Programs programs = literal_programs({{"FACT", "TAIL P X WITH Y END"},
                                          {"Q", "REST V0 RET END"},
                                          {"R", "EMIT X EMIT 1 RET END"},
                                          {"S", "TAKE X DROP A MOVE A EMIT A RET END"}});
    programs["P"] = [calls](Frame& f) {
      if (f.item("DROP", "X") == "$") return f.ret("V0");
      f.await("Q");
      f.spawn("R A");
      f.await("S B");
      f.tail(calls ? "P X WITH A" : "P X PUSH");
    };
    for (const std::size_t concurrency : {1, 4}) {
      std::size_t own = 0;
      MachineOptions options;
      options.concurrency = concurrency;
      Machine machine = lean_machine(script(programs), options, own);
      CHECK(allocated(machine, 30, own) > 30);
      // Streams are used again in another order, so that it takes some questions until each of them is long enough.
      for (int i = 0; i < 50; ++i) allocated(machine, 30, own);
      // Two for the question as a whole: the value of its answer, and the partition that finds it ended. None in a
      // step.
      CHECK(allocated(machine, 30, own) == 2);
      CHECK(allocated(machine, 30, own) == 2);
    }
  }
}

TEST_CASE("a chain of TAIL, 100,000 long, takes no memory; one of calls takes what is known of them") {
  const std::size_t turns = test::swept(100'000);
  for (const char* list : {"TAIL P X END", "TAIL P X WITH V0 END"}) {
    CAPTURE(list);
    MachineOptions options;
    options.max_frames = 2 * turns + 10;
    std::size_t own = 0;
    Machine machine = lean_machine(fixed_script("TAIL P X WITH Y END", list, "RET V0 END"), options, own);
    // Vectors that double allocate a few times more; a chain that keeps its frames would allocate for each of them.
    const std::size_t small = allocated(machine, 100, own);
    CHECK(allocated(machine, turns, own) < small + 200);
  }
}

TEST_CASE("random programs: neither concurrency nor the memo table changes what is answered, printed or raised") {
  constexpr std::uint64_t seeds = 100;  // fewer do not meet everything that is counted below
  std::size_t answered = 0, raised = 0, printed = 0, hits = 0, wide = 0, parts = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    CAPTURE(seed);
    Programs programs;
    programs["P"] = programs["Q"] = [seed](Frame& f) { RandomProgram(f, seed).run(); };
    const std::vector<Question> questions = {program("P 4 0 0 , X , Y", {"1 @2 3 4 @3 6 7 8", "3 @3 4", "5 6 @3", "9"}),
                                             program("P 3 1 0 , X", {"@0 1"}), program("P 4 2 0")};
    std::vector<Answer> first;
    for (const bool memo : {false, true}) {
      for (const std::size_t concurrency : {1, 2, 3, 8}) {
        CAPTURE(memo);
        CAPTURE(concurrency);
        MachineOptions options;
        options.concurrency = concurrency;
        options.memo = memo;
        options.max_frames = 3000;
        options.max_stream_tokens = 20'000;
        options.recursion_limit = 8;
        Seen seen;
        const std::vector<Answer> answers = run_programs(script(programs), questions, options, {}, &seen);
        wide = std::max(wide, seen.widest);
        if (first.empty()) first = answers;
        for (std::size_t i = 0; i < answers.size(); ++i) {
          CAPTURE(i);
          hits += answers[i].memo_hits;
          const bool right = first[i].verdict == Verdict::answered || first[i].verdict == Verdict::raised;
          if (!right) {
            CHECK(first[i].verdict != Verdict::malformed);
            CHECK(first[i].verdict != Verdict::deadlock);
            continue;
          }
          REQUIRE(outcome(answers[i]) == outcome(first[i]));
          if (memo || first[i].verdict == Verdict::raised) continue;
          REQUIRE(answers[i].frames == first[i].frames);
          REQUIRE(answers[i].own_tokens == first[i].own_tokens);
          REQUIRE(answers[i].fed_tokens == first[i].fed_tokens);
          REQUIRE(answers[i].max_depth == first[i].max_depth);
        }
      }
    }
    for (const Answer& answer : first) {
      answered += answer.verdict == Verdict::answered ? 1 : 0;
      raised += answer.verdict == Verdict::raised ? 1 : 0;
      printed += answer.printed.size();
      parts += static_cast<std::size_t>(std::count(answer.value.begin(), answer.value.end(), token(";")));
    }
  }
  CAPTURE(answered);
  CAPTURE(raised);
  CAPTURE(printed);
  CAPTURE(hits);
  CAPTURE(parts);
  CHECK(answered > seeds);
  CHECK(raised > seeds / 20);
  CHECK(printed > seeds);
  CHECK(hits > seeds / 10);
  CHECK(parts > seeds / 10);
  CHECK(wide > 4);
}

TEST_CASE("random tokens of programs: a verdict for everything, and nothing is lost") {
  const std::uint64_t seeds = test::swept(1000);
  std::map<Verdict, std::size_t> verdicts;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    CAPTURE(seed);
    const tests::Script any = [seed](const Tokens& seen) {
      const std::uint64_t hash = (hash_tokens(seen) + seed) * 0x9e3779b97f4a7c15u;
      // Mostly what may well come next, so that some frames get far.
      const char* const usual[] = {"READ", "CALL", "SPAWN", "AWAIT", "TAIL", "EMIT", "RET", "END",
                                   "END",  "END",  "1",     "P",     "X",    "A",    "V0",  "WITH",
                                   "PUSH", "TAKE", "DROP",  "MOVE",  "REST", "SHOW", "X",   "O"};
      if ((hash >> 60) == 0) return static_cast<std::int32_t>((hash >> 20) % program_words().size());
      return token(usual[(hash >> 20) % std::size(usual)]);
    };
    for (const std::size_t concurrency : {1, 3}) {
      MachineOptions options;
      options.concurrency = concurrency;
      options.memo = seed % 2 == 0;
      options.max_frame_tokens = 60;
      options.recursion_limit = 12;
      options.max_frames = 200;
      options.max_stream_tokens = 500;
      const std::vector<Question> questions = {program("P X", {"1 @1 3", "@0 @1"}), program("Q X Y , O", {"4", "5 @0"}),
                                               question("Q X", {"4"})};
      for (const Answer& answer : run_programs(any, questions, options)) ++verdicts[answer.verdict];
    }
  }
  CHECK(verdicts[Verdict::answered] > 0);
  CHECK(verdicts[Verdict::malformed] > 0);
  CHECK(verdicts[Verdict::deadlock] == 0);
}
