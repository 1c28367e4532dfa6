// Frames that run programs: what each token does, what is malformed, parts, and what is printed.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "tests/engine/program_frames.h"

namespace {

using namespace trm;
using namespace trm::test_programs;
using tests::Seen;

/// The outcome, which must be the same for every concurrency, with the memo table and without it.
std::string outcome_of(const Programs& programs, const Question& question, MachineOptions options = {}) {
  std::string first;
  for (const std::size_t concurrency : {1, 2, 8}) {
    for (const bool memo : {false, true}) {
      CAPTURE(concurrency);
      CAPTURE(memo);
      options.concurrency = concurrency;
      options.memo = memo;
      const std::string now = outcome(run_programs(script(programs), {question}, options)[0]);
      if (first.empty()) first = now;
      CHECK(now == first);
    }
  }
  return first;
}

}  // namespace

TEST_CASE("what each token of frames that run programs gives") {
  struct Case {
    const char *p, *q, *want;
  };
  // P X Y is asked with X: 1 [2 [3] 4] 5 and Y: 6 7; Q and R are callees, R returns its next item or the end.
  for (const Case& c : std::vector<Case>{
           // Parts: they get letters in order, and are flat in the answer.
           {"RET X END", "", "1 2 3 ; 4 ; 5"},
           {"READ READ RET A END", "", "2 3 ; 4"},
           {"TAKE X TAKE X TAKE A TAKE A RET B END", "", "3"},
           {"TAKE X TAKE X TAKE X TAKE X RET A END", "", "2 3 ; 4"},
           {"TAKE X TAKE X EMIT A EMIT 9 EMIT Y RET END", "", "2 3 ; 4 ; 9 6 7 ;"},
           {"READ READ SPAWN Q A END RET B END", "READ READ RET A END", "3"},
           // Places: X and Y have one for all frames, letters and V names one in this frame alone.
           {"TAKE X DROP X DROP X DROP X RET X END", "", "1 2 3 ; 4 ; 5"},
           {"DROP X MOVE X MOVE X MOVE X EMIT 9 RET END", "", "2 3 ; 4 ; 5 9"},
           {"DROP X REST X REST X RET END", "", "2 3 ; 4 ; 5"},
           {"DROP Y REST Y EMIT 9 REST Y RET END", "", "7 9"},
           {"REST Y REST Y TAKE Y RET END", "", "6 7"},
           {"DROP Y CALL R Y END RET 1 END", "", "1"},
           {"DROP Y AWAIT R Y END RET A END", "", "7"},
           {"DROP Y AWAIT R FRESH Y END RET A END", "", "6"},
           {"AWAIT R Y END AWAIT R Y END AWAIT R Y END RET C END", "", "$"},
           {"DROP X TAKE X DROP A REST A RET END", "", "3 ; 4"},
           {"DROP X TAKE X DROP A AWAIT Q A END RET B END", "TAKE X REST X RET END", "3 ; 4"},
           {"DROP X TAKE X DROP A AWAIT Q END REST A RET END", "RET END", "3 ; 4"},
           {"AWAIT Q WITH Y END RET A END", "DROP V0 AWAIT R V0 END REST V0 EMIT A RET END", "7 6 ;"},
           {"AWAIT Q WITH Y END DROP Y RET Y END", "DROP V0 DROP V0 DROP V0 RET V0 END", "6 7"},
           // Environments: given, extended, handed on, and empty.
           {"AWAIT Q WITH X Y END RET A END", "RET V1 END", "6 7"},
           {"AWAIT Q WITH X Y END RET A END", "AWAIT S END RET A END", "6 7"},
           {"AWAIT Q WITH X END RET A END", "AWAIT S PUSH V0 END RET A END", "1 2 3 ; 4 ; 5"},
           {"AWAIT Q PUSH X Y END RET A END", "AWAIT S END RET A END", "6 7"},
           {"AWAIT Q X Y WITH Y Y END RET A END", "AWAIT S PUSH X END RET A END", "6 7"},
           {"AWAIT Q X Y WITH END RET A END", "AWAIT S PUSH X Y END RET A END", "6 7"},
           {"CALL Q WITH Y END RET 1 END", "RET V0 END", "1"},
           // AWAIT, TAIL and their outputs.
           {"AWAIT Q END EMIT A EMIT A RET END", "EMIT 1 EMIT 2 RET END", "1 2 ; 1 2 ;"},
           {"AWAIT Q , O END EMIT 2 RET END", "EMIT 1 RET END", "1 2"},
           {"AWAIT Q , O END RET A END", "RET 4 END", "4"},
           {"TAIL Q END", "RET 4 5 END", "4 5"},
           {"TAIL Q X END", "RET X END", "1 2 3 ; 4 ; 5"},
           {"EMIT 1 TAIL Q END", "EMIT 2 TAIL T END", "1 2 3"},
           {"EMIT 1 TAIL Q O END", "EMIT 2 RET END", "1 2"},
           {"EMIT 1 AWAIT Q O END EMIT 8 RET END", "EMIT 2 TAIL T END", "1 2 3 8"},
           {"SPAWN Q O END RET A END", "TAIL R Y END", "malformed output"},
           {"CALL Q END EMIT 8 RET END", "TAIL T END", "8"},
           {"AWAIT Q END RET A END", "TAIL T END", "3"},
           {"SPAWN Q END RET A END", "TAIL T END", "3"},
           {"DROP Y AWAIT Q Y END AWAIT R Y END RET B END", "TAIL R X END", "$"},
           {"SPAWN T END TAIL S PUSH Y A END", "", "3"},
           {"TAIL Q WITH Y END", "RET V0 END", "6 7"},
           // Printing and raising.
           {"SHOW X SHOW Y RET 1 END", "", "[1 2 3 ; 4 ; 5] [6 7] 1"},
           {"SPAWN Q END SHOW A SHOW Y RET 1 END", "SPAWN T END SHOW A RET A END", "[3] [3] [6 7] 1"},
           {"SPAWN Q Y END SPAWN T END SHOW B RET 1 END", "SHOW X RET END", "[6 7] [3] 1"},
           {"SHOW Y RAISE 5 END", "", "[6 7] raised 5"},
           {"SHOW X AWAIT Q END SHOW Y RET A END", "RAISE , END", "[1 2 3 ; 4 ; 5] raised ,"},
           {"SPAWN Q END SHOW Y RET 1 END", "RAISE 2 END", "raised 2"},
           {"SPAWN Q Y END SPAWN R Y END RET B END", "TAIL S WITH X X END", "6"},
           {"SPAWN Q Y END SPAWN R Y END RET B END", "DROP X TAIL S X WITH X X END", "7"},
           {"AWAIT Q WITH END RET 1 END", "SHOW A RET END", "malformed output"},
       }) {
    CAPTURE(c.p);
    CAPTURE(c.q);
    Programs programs = literal_programs({{"P", c.p}, {"Q", c.q}, {"S", "RET V1 END"}, {"T", "EMIT 3 RET END"}});
    programs["R"] = [](Frame& f) {
      const std::string next = f.item("TAKE", "X");
      if (next == "$") return f.tail("FACT");
      f.ret(next);
    };
    programs["FACT"] = literally("SPAWN FIB END RET A END");
    programs["FIB"] = literally("RET , END");
    std::string want = c.want;
    std::replace(want.begin(), want.end(), '$', ',');
    CHECK(outcome_of(programs, program("P X Y", {"1 @2 5", "6 7", "2 @3 4", "3"})) == want);
  }
}

TEST_CASE("what frames that run programs may not write") {
  const char* const wrong[] = {
      // Names that the frame lacks, and names that are no streams.
      "TAKE Z", "TAKE A", "TAKE V1", "TAKE 1", "TAKE O", "TAKE $", "TAKE END", "TAKE FRESH", "DROP Z", "DROP 1",
      "MOVE A", "MOVE 1", "REST V1", "REST 1", "SHOW B", "SHOW 1", "SHOW O", "EMIT Z", "EMIT A", "EMIT V1", "EMIT O",
      "EMIT $", "EMIT TAKE", "RET V1", "RET V0 1", "RET 1 V0", "RET TAKE", "RET WITH",
      // Words at the wrong place.
      "WITH", "PUSH", "V0", "AWAIT END", "TAIL END", "AWAIT X", "TAIL V0", "AWAIT WITH", "TAIL PUSH", "RAISE END",
      "RAISE X", "RAISE V0", "RAISE 1 1", "RAISE TAKE", "AWAIT Q READ", "AWAIT Q TAKE", "AWAIT Q AWAIT", "TAIL Q TAIL",
      "TAIL Q RET", "CALL Q FRESH V0", "CALL Q FRESH WITH", "CALL Q FRESH PUSH",
      // Lists of streams.
      "CALL Q WITH 1", "CALL Q WITH O", "CALL Q WITH ,", "CALL Q WITH FRESH", "CALL Q WITH X WITH", "CALL Q WITH PUSH",
      "CALL Q PUSH X PUSH", "CALL Q WITH A", "CALL Q WITH V1", "CALL Q WITH X X X X X X X X X X X X X",
      "CALL Q PUSH X X X X X X X X X X X X", "CALL Q X X X X",
      // Letters: eight, for parts and callees together.
      "AWAIT Q END AWAIT Q END AWAIT Q END AWAIT Q END AWAIT Q END AWAIT Q END AWAIT Q END AWAIT Q END AWAIT",
      "TAKE X TAKE X TAKE X TAKE X TAKE X TAKE X TAKE X TAKE X SPAWN",
      "TAKE X TAKE X TAKE X TAKE X TAKE X TAKE X TAKE X TAKE X TAKE X", "READ READ READ READ READ READ READ READ READ",
      // A CALL gives data only.
      "CALL T X END", "CALL S X END", "EMIT 1 RET X", "EMIT X RET 1"};
  Programs programs = literal_programs({{"Q", "RET END"}, {"S", "REST X RET END"}, {"T", "RET X END"}});
  for (const char* list : wrong) {
    CAPTURE(list);
    programs["P"] = literally(list);
    for (const std::size_t concurrency : {1, 2, 8}) {
      std::size_t own = 0, depth_zero = 0;
      MachineObserver observer;
      observer.closed = [&](const FrameRecord& frame) {
        if (tokens("P X END") != Tokens(frame.tokens.begin(), frame.tokens.begin() + 3)) return;
        ++depth_zero;
        CHECK_FALSE(frame.complete);
        for (const std::uint8_t by_model : frame.own) own += by_model;
      };
      MachineOptions options;
      options.concurrency = concurrency;
      // The frame has one stream argument X of nine parts and one stream V0.
      programs["FACT"] = literally("AWAIT P X WITH X END RET A END");
      const Question asked = program("FACT X", {"@1 @1 @1 @1 @1 @1 @1 @1 @1", "1"});
      const Answer answer = run_programs(script(programs), {asked}, options, observer)[0];
      CHECK(answer.verdict == Verdict::malformed);
      CHECK(answer.value.empty());
      CHECK(depth_zero == 1);
      CHECK(own == tokens(list).size());
    }
  }
}

TEST_CASE("twelve streams in an environment, three stream arguments, eight letters: all of them work") {
  const std::string all = "X Y X Y X Y X Y X Y X Y";
  Programs programs = literal_programs(
      {{"P", "AWAIT Q X Y X WITH " + all + " END RET A END"},
       {"Q", "AWAIT R WITH V11 V10 V9 V8 V7 V6 V5 V4 V3 V2 V1 END EMIT A AWAIT S PUSH END EMIT B RET END"},
       {"R", "AWAIT S PUSH V1 END RET A END"},
       {"S", "EMIT V0 EMIT V11 RET END"}});
  CHECK(outcome_of(programs, program("P X Y", {"1", "2"})) == "2 ; 1 ; ; 1 ; 2 ; ;");
  programs["P"] = literally("READ READ READ READ READ READ READ READ EMIT A EMIT H RET END");
  CHECK(outcome_of(programs, program("P X", {"@1 @1 @1 @1 @1 @1 @1 @2 @3", "1", "2", "3"})) == "1 ; 2 ;");
}

TEST_CASE("streams of a question may hold each other, and nothing leaks") {
  // A function that takes itself out of its own body and calls itself with one digit less.
  Programs programs;
  programs["P"] = [](Frame& f) {
    const std::string body = f.item("TAKE", "X");
    const std::string digit = f.item("TAKE", "V0");
    if (digit == "$") return f.ret("7");
    f.await("Q WITH V0");
    f.tail("P " + body + " WITH B");
  };
  programs["Q"] = literally("DROP V0 REST V0 RET END");
  const Question cyclic = program("P X Y", {"@0 1 @2", "3 2 1", "@3", "@2 @0"});
  programs["FACT"] = [](Frame& f) { f.tail("P X WITH Y"); };
  Question asked = cyclic;
  asked.prompt = tokens("FACT X Y");
  CHECK(outcome_of(programs, asked) == "7");
  // To answer or print such a stream takes for ever.
  for (const char* list : {"RET X END", "SHOW X RET END", "EMIT X RET END"}) {
    MachineOptions options;
    options.max_stream_tokens = 5000;
    CHECK(outcome_of(literal_programs({{"P", list}}), program("P X", {"@0 1"}), options) == "streams too long");
    CHECK(outcome_of(literal_programs({{"P", list}}), program("P X", {"@1", "@0"}), options) == "streams too long");
  }
  // Nor does it leak when the question ends in another way.
  programs["P"] = literally("TAKE X RAISE 1 END");
  CHECK(outcome_of(programs, asked) == "raised 1");
  programs["P"] = literally("TAKE X TAKE X CALL END");
  CHECK(outcome_of(programs, asked) == "malformed output");
}

TEST_CASE("flat answers and printed lines are bounded, however often a part is shared") {
  const auto doubled = [](int times) {
    Programs out;
    out["P"] = [times](Frame& f) {
      const int left = f.digit(1) * 10 + f.digit(2);
      if (left == times) return f.ret("V0");
      f.await("Q");
      f.tail("P " + digit((left + 1) / 10) + " " + digit((left + 1) % 10) + " WITH A");
    };
    out["Q"] = literally("EMIT V0 EMIT V0 RET END");  // a stream that holds the last one twice
    out["FACT"] = literally("TAIL P 0 0 WITH X END");
    return out;
  };
  // n doublings of one token: 2^n tokens and 2^(n + 1) - 2 ends of parts.
  for (const int times : {0, 1, 5, 10, 40}) {
    CAPTURE(times);
    for (const std::size_t limit : {1000, 3069, 3070}) {
      MachineOptions options;
      options.max_stream_tokens = limit;
      const Answer answer = run_programs(script(doubled(times)), {program("FACT X", {"1"})}, options)[0];
      const std::size_t size = times > 20 ? 1u << 20 : (3u << times) - 2;
      CHECK(answer.verdict == (size <= limit ? Verdict::answered : Verdict::streams_too_long));
      CHECK(answer.value.size() == (size <= limit ? size : 0));
    }
  }
  // All lines share the bound, and an empty line counts one.
  const Programs programs = literal_programs({{"P", "SHOW X SHOW Y SHOW X RET 1 END"}});
  for (std::size_t limit = 1; limit <= 10; ++limit) {
    MachineOptions options;
    options.max_stream_tokens = limit;
    const Answer answer = run_programs(script(programs), {program("P X Y", {"1 2", ""})}, options)[0];
    CHECK(answer.printed.size() == (limit < 3 ? 0u : limit < 4 ? 1u : limit < 7 ? 2u : 3u));
    CHECK(answer.verdict == (limit < 7 ? Verdict::streams_too_long : Verdict::answered));
  }
}

TEST_CASE("what is written counts: EMIT, MOVE and REST, parts as one item") {
  for (const char* list : {"EMIT X EMIT X EMIT X RET END", "REST X RET END", "MOVE X MOVE X MOVE X RET END"}) {
    CAPTURE(list);
    const Programs programs = literal_programs({{"P", "AWAIT Q X END RET 1 END"}, {"Q", list}});
    for (const std::size_t limit : {3, 4}) {
      MachineOptions options;
      options.max_stream_tokens = limit;
      // Three items, and the 1 that P returns.
      CHECK(outcome_of(programs, program("P X", {"@1 2 3", "4 5 6 7"}), options) ==
            (limit == 4 ? "1" : "streams too long"));
    }
  }
}

TEST_CASE("a part that still grows is complete before anybody prints it, and a call waits for it") {
  Programs programs = literal_programs({{"P", "SPAWN Q END SPAWN R A END SPAWN S WITH B END SHOW B SHOW C RET 1 END"},
                                        {"Q", "EMIT 1 EMIT 2 EMIT 3 EMIT 4 EMIT 5 EMIT 6 EMIT 7 RET END"},
                                        {"R", "EMIT X RET END"},
                                        {"S", "TAKE V0 TAKE A RET A END"}});
  CHECK(outcome_of(programs, program("P")) == "[1 2 3 4 5 6 7 ;] [1 2 3 4 5 6 7] 1");
}

TEST_CASE("spawned frames run side by side while frames that are waited for keep their order") {
  Programs programs = literal_programs({{"P", "SPAWN Q 1 END SPAWN Q 2 END SPAWN Q 3 END AWAIT R END RET A END"},
                                        {"Q", "1 2 3 4 5 6 7 EMIT 1 RET END"},
                                        {"R", "1 2 3 4 5 6 7 EMIT 1 RET END"}});
  MachineOptions options;
  options.concurrency = 8;
  Seen seen;
  const Answer answer = run_programs(script(programs), {program("P")}, options, {}, &seen)[0];
  CHECK(outcome(answer) == "1");
  CHECK(answer.spawned == 3);
  CHECK(seen.widest == 4);
  CHECK(3 * seen.calls < 2 * answer.own_tokens);
}

TEST_CASE("a vocabulary of programs, and questions that fit it") {
  Seen seen;
  const auto create = [&](const std::string& without) {
    std::vector<std::string> vocabulary = program_words();
    vocabulary.erase(std::find(vocabulary.begin(), vocabulary.end(), without));
    return Machine::create(std::make_unique<tests::ScriptedStepper>(vocabulary.size(), script({}), seen), vocabulary,
                           {});
  };
  for (const char* needed : {"$", ".", ";"}) CHECK_FALSE(create(needed).ok());
  for (const char* missing : {"F", "AWAIT", "TAIL", "RAISE", "TAKE", "DROP", "MOVE", "REST", "SHOW", "PUSH", "V0"}) {
    CAPTURE(missing);
    CHECK(create(missing).ok());
  }
  std::vector<Answer> answers(1);
  const auto refused = [&](const Question& bad, const std::vector<std::string>& vocabulary) {
    Machine machine = machine_of(script(literal_programs({{"P", "RET 1 END"}})), seen, {}, vocabulary);
    const Status status = machine.run(std::vector<Question>{bad}, answers);
    return !status.ok() && status.error().field == "prompt 0" && !status.error().message.empty();
  };
  CHECK_FALSE(refused(program("P X", {"1", "@1 @0"}), program_words()));
  CHECK_FALSE(refused(program("P"), program_words()));
  CHECK(refused(program("P X", {"1"}), words()));
  CHECK(refused(question("P X", {"1", "2"}), program_words()));
  CHECK(refused(program("P X", {"1 @1"}), program_words()));
  CHECK_FALSE(refused(program("P X", {"1 V0"}), program_words()));  // a variable
  CHECK(refused(question("P X", {"1 V0"}), program_words()));
  CHECK(refused(program("P X", {"1 A"}), program_words()));
  for (const std::int32_t item : {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()}) {
    Question bad = program("P X", {"1"});
    bad.streams[0].push_back(item);
    CHECK(refused(bad, program_words()));
    bad.arguments.reset();
    CHECK(refused(bad, program_words()));
  }
  Question more = program("P X", {"1"});
  more.arguments = 2;
  CHECK(refused(more, program_words()));
  Question parts = question("P X", {"1"});
  parts.streams[0].push_back(-1);
  CHECK(refused(parts, program_words()));
}

TEST_CASE("the first language is the same in a vocabulary of programs") {
  const std::vector<Question> questions = {question("FIB 8 , X , Y", {"1", "1"}), question("FACT 5 , X", {"1"}),
                                           question("PRE X , O", {"5 3 . . 8 . ."})};
  for (const bool memo : {false, true}) {
    for (const std::size_t concurrency : {1, 3, 8}) {
      MachineOptions options;
      options.concurrency = concurrency;
      options.memo = memo;
      const std::vector<Answer> old = run(script(arithmetic()), questions, options);
      const std::vector<Answer> now = run_programs(script(arithmetic()), questions, options);
      for (std::size_t i = 0; i < questions.size(); ++i) {
        CHECK(now[i].verdict == Verdict::answered);
        CHECK(now[i].value == old[i].value);
        CHECK(now[i].frames == old[i].frames);
        CHECK(now[i].memo_hits == old[i].memo_hits);
        CHECK(now[i].fed_tokens == old[i].fed_tokens);
      }
    }
  }
  // Nor does it compare or remember anything else.
  Programs loop = literal_programs({{"P", "AWAIT P X END RET A END"}});
  CHECK(outcome(run_programs(script(loop), {question("P X", {"1"})})[0]) == "endless loop");
}
