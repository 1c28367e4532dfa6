#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "engine/machine/memo_table.h"
#include "tests/engine/frame_programs.h"
#include "tests/support/sweep.h"

namespace test_machine_schedule {

namespace {

using namespace trm;
using namespace trm::test_programs;
using tests::Seen;

/// A frame of random acts. They depend on the seed, on the prompt and on what the frame reads: reading something else
/// anywhere changes the answer. `P d r ...`: d more generations may follow, r tells siblings apart.
class RandomFrame {
 public:
  RandomFrame(Frame& frame, std::uint64_t seed) : f_(frame), state_(seed + hash_tokens(frame.prompt())) {}

  void run() {
    output_used_ = false;
    const std::size_t acts = next(7);
    for (std::size_t i = 0; i < acts; ++i) act();
    if (output_used_) return f_.ret("");
    const std::string stream = next(2) == 0 ? reference(false) : "";
    if (!stream.empty()) return f_.ret(stream);
    f_.ret(next(4) == 0 ? "" : digit(static_cast<int>(next(10))) + " " + digit(static_cast<int>(next(10))));
  }

 private:
  std::uint64_t next(std::uint64_t bound) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return (state_ >> 33) % bound;
  }
  void learn(const Tokens& given) { state_ ^= hash_tokens(given); }

  /// "" if there is none.
  std::string reference(bool may_be_fresh) {
    const std::size_t count = f_.arguments() + f_.spawned();
    if (count == 0) return "";
    const std::size_t at = next(count);
    if (at >= f_.arguments()) return std::string(1, static_cast<char>('A' + at - f_.arguments()));
    const std::string name(1, static_cast<char>('X' + at));
    return may_be_fresh && next(3) == 0 ? "FRESH " + name : name;
  }

  std::string callee(bool& hands_output) {
    std::string out = "P " + digit(f_.digit(1) - 1) + " " + digit(static_cast<int>(next(10)));
    for (std::size_t i = next(4); i-- > 0;) {
      const std::string stream = reference(true);
      if (!stream.empty()) out += " , " + stream;
    }
    hands_output = next(4) == 0;
    return hands_output ? out + " , O" : out;
  }

  void act() {
    bool hands_output = false;
    switch (next(6)) {
      case 0:
        return f_.write(static_cast<std::int32_t>(next(10)));
      case 1:
      case 2:
        if (f_.arguments() > 0) learn(f_.read());
        return;
      case 3:
        output_used_ = true;
        return f_.emit(static_cast<std::int32_t>(next(10)));
      case 4:
        if (f_.digit(1) > 0) learn(f_.call(callee(hands_output)));
        break;
      default:
        if (f_.digit(1) > 0 && f_.spawned() < kSpawns) f_.spawn(callee(hands_output));
        break;
    }
    output_used_ = output_used_ || hands_output;
  }

  Frame& f_;
  std::uint64_t state_;
  bool output_used_ = false;
};

tests::Script random_frames(std::uint64_t seed) {
  Programs programs;
  programs["P"] = [seed](Frame& f) { RandomFrame(f, seed).run(); };
  return script(programs);
}

/// Counts down a stack `depth` deep by the length of its prompt, with a reader beside every frame.
Programs staircase() {
  Programs programs = arithmetic();
  programs["P"] = [](Frame& f) {
    const std::size_t left = f.prompt().size() - 3;  // P , X
    if (left == 0) return f.ret("X");
    std::string digits;
    for (std::size_t i = 1; i < left; ++i) digits += " 1";
    f.spawn("P" + digits + " , X");
    f.spawn("ADD A , FRESH X");
    f.ret("B");
  };
  return programs;
}

}  // namespace

TEST_CASE("random frames: neither concurrency nor the memo table changes an answer") {
  const std::uint64_t seeds = test::swept(300);
  std::size_t answered = 0, spawned = 0, hits = 0, wide = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    CAPTURE(seed);
    const std::vector<Question> questions = {question("P 4 0 , X , Y", {"1 2 3 4 5 6 7 8", "3 1 4"}),
                                             question("P 3 1 , X", {""}), question("P 3 2")};
    std::vector<Answer> first;
    for (const bool memo : {false, true}) {
      for (const std::size_t concurrency : kConcurrencies) {
        CAPTURE(memo);
        CAPTURE(concurrency);
        MachineOptions options;
        options.concurrency = concurrency;
        options.memo = memo;
        options.max_frames = 3000;
        options.recursion_limit = 8;
        Seen seen;
        const std::vector<Answer> answers = run(random_frames(seed), questions, options, {}, &seen);
        wide = std::max(wide, seen.widest);
        if (first.empty()) first = answers;
        for (std::size_t i = 0; i < answers.size(); ++i) {
          CAPTURE(i);
          hits += answers[i].memo_hits;
          if (memo && first[i].verdict != Verdict::answered) continue;
          REQUIRE(answers[i].verdict == first[i].verdict);
          REQUIRE(text(answers[i].value) == text(first[i].value));
          if (memo || first[i].verdict != Verdict::answered) continue;
          REQUIRE(answers[i].frames == first[i].frames);
          REQUIRE(answers[i].spawned == first[i].spawned);
          REQUIRE(answers[i].own_tokens == first[i].own_tokens);
          REQUIRE(answers[i].fed_tokens == first[i].fed_tokens);
          REQUIRE(answers[i].max_depth == first[i].max_depth);
          answered += 1;
          spawned += answers[i].spawned;
        }
      }
    }
  }
  CHECK(answered > 10 * seeds);
  CHECK(spawned > 10 * seeds);
  CHECK(hits > seeds / 2);
  CHECK(wide > 4);
}

TEST_CASE("random tokens: a verdict for everything, and no state is lost") {
  const std::uint64_t seeds = test::swept(3000);
  std::set<Verdict> verdicts;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    CAPTURE(seed);
    const tests::Script any = [seed](const Tokens& seen) {
      const std::uint64_t hash = (hash_tokens(seen) + seed) * 0x9e3779b97f4a7c15u;
      // Mostly what may well come next, so that some frames get far.
      const char* const usual[] = {"READ", "CALL", "SPAWN", "EMIT", "RET", "END",   "END",
                                   "END",  "1",    "2",     "X",    "A",   "FRESH", "O"};
      if ((hash >> 60) == 0) return static_cast<std::int32_t>((hash >> 20) % words().size());
      return token(usual[(hash >> 20) % std::size(usual)]);
    };
    for (const std::size_t concurrency : {1, 3}) {
      MachineOptions options;
      options.concurrency = concurrency;
      options.memo = seed % 2 == 0;
      options.max_frame_tokens = 60;
      options.recursion_limit = 12;
      options.max_frames = 200;
      const std::vector<Question> questions = {question("P X", {"1 2 3"}), question("Q X Y , O", {"4", "5 6"})};
      for (const Answer& answer : run(any, questions, options)) verdicts.insert(answer.verdict);
    }
  }
  CHECK(verdicts.count(Verdict::answered) == 1);
  CHECK(verdicts.count(Verdict::malformed) == 1);
  CHECK(verdicts.count(Verdict::deadlock) == 0);
}

TEST_CASE("concurrency 1 is depth first and holds one state for each frame of the stack") {
  MachineOptions options;
  Seen fib;
  const Answer answer = run(script(arithmetic()), {question("FIB 9 , X , Y", {"1", "1"})}, options, {}, &fib)[0];
  CHECK(text(answer.value) == "5 5");
  CHECK(answer.frames == 109 + 54);
  CHECK(answer.spawned == answer.frames - 1);
  CHECK(answer.max_depth == 9);
  CHECK(answer.peak_states == answer.max_depth);
  CHECK(fib.peak == answer.max_depth);

  Question deep = question("P , X", {"1 2"});
  deep.prompt.insert(deep.prompt.begin() + 1, 60, token("1"));
  for (const std::size_t concurrency : kConcurrencies) {
    CAPTURE(concurrency);
    options.concurrency = concurrency;
    Seen seen;
    const Answer stairs = run(script(staircase()), {deep}, options, {}, &seen)[0];
    REQUIRE(stairs.verdict == Verdict::answered);
    CHECK(text(stairs.value) == "1 8 2 1");  // 61 * 21
    CHECK(stairs.max_depth == 61);
    CHECK(stairs.peak_states == seen.peak);
    CHECK(seen.peak <= (concurrency == 1 ? 61 : 61 * (concurrency + 1)));
  }
}

TEST_CASE("independent frames run as one batch") {
  std::vector<std::size_t> rounds;
  for (const std::size_t concurrency : kConcurrencies) {
    MachineOptions options;
    options.concurrency = concurrency;
    Seen seen;
    const Answer answer = run(script(arithmetic()), {question("FIB 9 , X , Y", {"1", "1"})}, options, {}, &seen)[0];
    if (concurrency == 1) CHECK(seen.calls == answer.own_tokens);
    CHECK(seen.widest == concurrency);
    if (!rounds.empty()) CHECK(seen.calls < rounds.back());
    rounds.push_back(seen.calls);
  }
  CHECK(10 * rounds.back() < rounds.front());
}

TEST_CASE("the memo table saves spawned frames and gives closed streams") {
  const Question asked = question("FIB 9 , X , Y", {"1", "1"});
  for (const std::size_t concurrency : kConcurrencies) {
    const Answer answer = ask(script(arithmetic()), asked, concurrency, true);
    CHECK(text(answer.value) == "5 5");
    if (concurrency > 1) continue;
    CHECK(answer.frames == 10 + 8);
    CHECK(answer.memo_hits == 7);
  }
}

TEST_CASE("the memo table knows what reads, what is fresh and what writes elsewhere") {
  struct Case {
    const char *call, *want;
    std::size_t hits;
  };
  // Q returns the next token, emits it too when it is handed an output.
  for (const Case& c : {Case{"Q X", "1 2 3", 0},
                        {"Q FRESH X", "1 1 1", 2},
                        {"Q FRESH X , O", "1 1 1 1 1 1", 0},
                        {"R X", "1 2 3 1 2 3 1 2 3", 2}}) {
    CAPTURE(c.call);
    Programs programs;
    programs["P"] = [&](Frame& f) {
      std::string all;
      for (int i = 0; i < 3; ++i) {
        for (const std::int32_t t : f.call(c.call)) all += words()[static_cast<std::size_t>(t)] + " ";
      }
      f.ret(all);
    };
    programs["Q"] = [](Frame& f) {
      const std::string next = text(f.read());
      const bool handed = f.prompt().back() == token("O");
      if (handed) {
        f.emit(token(next));
        f.emit(token(next));
      }
      f.ret(handed ? "" : next);
    };
    programs["R"] = [](Frame& f) { f.ret("X"); };
    for (const std::size_t concurrency : kConcurrencies) {
      const Answer answer = ask(script(programs), question("P X", {"1 2 3"}), concurrency, true);
      REQUIRE(answer.verdict == Verdict::answered);
      CHECK(text(answer.value) == c.want);
      CHECK(answer.memo_hits == c.hits);
    }
  }
}

TEST_CASE("the observer: ids, parents, and every opened frame closes once") {
  for (const std::size_t concurrency : kConcurrencies) {
    for (const bool right : {true, false}) {
      CAPTURE(concurrency);
      Programs programs = arithmetic();
      if (!right) {
        programs["ADD"] = [](Frame& f) { f.write(f.read()[0] == 3 ? "END" : "RET 3 END"); };
      }
      struct Seen {
        std::size_t parent, depth;
        bool closed;
      };
      std::map<std::size_t, Seen> frames;
      std::vector<std::size_t> order;
      std::size_t own = 0, hits = 0;
      MachineObserver observer;
      observer.opened = [&](const OpenedFrame& frame) {
        CHECK(frame.question == 0);
        CHECK_FALSE(frame.prompt.empty());
        CHECK((frame.parent == kNoFrame) == (frame.depth == 0));
        if (frame.parent != kNoFrame) CHECK(frames.at(frame.parent).depth + 1 == frame.depth);
        CHECK(frame.continues == kNoFrame);
        CHECK(frame.call == nullptr);
        CHECK(frames.insert({frame.id, {frame.parent, frame.depth, false}}).second);
        order.push_back(frame.id);
      };
      observer.memo_hit = [&](const MemoHit&) { ++hits; };
      observer.closed = [&](const FrameRecord& record) {
        Seen& frame = frames.at(record.id);
        CHECK_FALSE(frame.closed);
        frame.closed = true;
        CHECK(frame.parent == record.parent);
        CHECK(frame.depth == record.depth);
        REQUIRE(record.tokens.size() == record.own.size());
        CHECK(record.tokens[record.prompt - 1] == token("END"));
        for (const std::uint8_t by_model : record.own) own += by_model;
        if (concurrency == 1) {
          for (const auto& other : frames) CHECK((other.second.parent != record.id || other.second.closed));
        }
      };
      MachineOptions options;
      options.concurrency = concurrency;
      const Answer answer = run(script(programs), {question("FIB 6 , X , Y", {"1", "1"})}, options, observer)[0];
      CHECK(answer.verdict == (right ? Verdict::answered : Verdict::malformed));
      CHECK(frames.size() == answer.frames);
      CHECK(own == answer.own_tokens);
      CHECK(hits == answer.memo_hits);
      CHECK(std::all_of(frames.begin(), frames.end(), [](const auto& frame) { return frame.second.closed; }));
      if (concurrency == 1) CHECK(std::is_sorted(order.begin(), order.end()));
      if (right) CHECK(frames.rbegin()->first + 1 == frames.size());
    }
  }
}

TEST_CASE("a stepper that fails at any step loses nothing, and the machine goes on") {
  const std::vector<Question> questions = {question("FIB 5 , X , Y", {"1", "1"}), question("FACT 4 , X", {"1"}),
                                           question("PRE X , O", {"1 2 . . ."})};
  for (const std::size_t concurrency : {1, 3, 8}) {
    for (std::size_t at = 0; at < 60; ++at) {
      Seen seen;
      MachineOptions options;
      options.concurrency = concurrency;
      Machine machine = machine_of(script(arithmetic()), seen, options);
      std::vector<Answer> answers(questions.size());
      seen.fail_at = at;
      Status status = machine.run(questions, answers);
      REQUIRE_FALSE(status.ok());
      CHECK(seen.alive == 0);
      seen.fail_at = std::numeric_limits<std::size_t>::max();
      status = machine.run(questions, answers);
      REQUIRE(status.ok());
      CHECK(text(answers[0].value) == "8");
      CHECK(text(answers[1].value) == "4 2");
      CHECK(text(answers[2].value) == "1 2");
    }
  }
}

TEST_CASE("a stop ends the work within a token, and the machine goes on when it is taken back") {
  const std::vector<Question> questions = {question("FACT 1 , X", {"1"}), question("FIB 9 , X , Y", {"1", "1"}),
                                           question("FACT 4 , X", {"1"})};
  for (const std::size_t concurrency : {1, 3, 8}) {
    CAPTURE(concurrency);
    Seen seen;
    std::atomic<bool> stop{false};
    MachineOptions options;
    options.concurrency = concurrency;
    options.stop = &stop;
    Machine machine = machine_of(script(arithmetic()), seen, options);
    std::vector<Answer> answers(questions.size());
    std::vector<std::size_t> answered;
    MachineObserver observer;
    observer.answered = [&](std::size_t index) {
      answered.push_back(index);
      stop = true;
    };
    REQUIRE(machine.run(questions, answers, observer).ok());
    CHECK(answered == std::vector<std::size_t>{0});
    CHECK(answers[1].verdict != Verdict::answered);
    CHECK(seen.alive == 0);
    observer.answered = {};
    stop = false;
    REQUIRE(machine.run(questions, answers, observer).ok());
    CHECK(text(answers[0].value) == "1");
    CHECK(text(answers[1].value) == "5 5");
    CHECK(text(answers[2].value) == "4 2");
  }
}

}  // namespace test_machine_schedule
