#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "tests/engine/frame_programs.h"

namespace test_machine_streams {

namespace {

using namespace trm;
using namespace trm::test_programs;
using tests::Seen;

/// Least significant digit first.
std::string number(std::uint64_t value) {
  std::string out;
  for (; out.empty() || value > 0; value /= 10) out += (out.empty() ? "" : " ") + digit(static_cast<int>(value % 10));
  return out;
}

/// A frame that writes these words and takes what it is given for them.
std::function<void(Frame&)> literal(const std::string& list) {
  return [list](Frame& f) {
    std::istringstream in(list);
    for (std::string word; in >> word;) {
      if (word == "READ" && f.arguments() > 0) {
        f.read();
        continue;
      }
      if (word != "CALL" && word != "SPAWN") {
        f.write(word);
        continue;
      }
      std::string args, next;
      while (in >> next && next != "END") args += args.empty() ? next : " " + next;
      if (next != "END") f.write(word + " " + args);
      word == "CALL" ? static_cast<void>(f.call(args)) : f.spawn(args);
    }
  };
}

Programs with(Programs programs, const std::string& name, const std::string& list) {
  programs[name] = literal(list);
  return programs;
}

}  // namespace

TEST_CASE("sums and products of streams") {
  for (const std::size_t concurrency : {1, 4}) {
    for (const std::uint64_t b :
         {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{123456789}, std::uint64_t{9999999999}}) {
      const std::uint64_t a = b == 0 ? 0 : 999999;
      CAPTURE(a);
      CAPTURE(b);
      const Answer sum = ask(script(arithmetic()), question("ADD X , Y", {number(a), number(b)}), concurrency);
      REQUIRE(sum.verdict == Verdict::answered);
      CHECK(text(sum.value) == number(a + b));
      const Answer product = ask(script(arithmetic()), question("MUL 7 , X", {number(b)}), concurrency);
      REQUIRE(product.verdict == Verdict::answered);
      CHECK(text(product.value) == (b == 0 ? "0" : number(7 * b)));
    }
  }
}

TEST_CASE("factorials, Fibonacci numbers and preorders are the same for every concurrency") {
  std::vector<Question> questions;
  std::vector<std::string> want;
  std::uint64_t factorial = 1, low = 2, high = 3;
  for (int n = 0; n <= 9; ++n) {
    questions.push_back(question("FACT " + digit(n) + " , X", {number(13)}));
    factorial *= n == 0 ? 1 : static_cast<std::uint64_t>(n);
    want.push_back(number(13 * factorial));
    questions.push_back(question("FIB " + digit(n) + " , X , Y", {number(2), number(3)}));
    want.push_back(number(low));
    low = std::exchange(high, low + high);
  }
  questions.push_back(question("PRE X , O", {"5 3 1 . . 4 . . 8 . 9 . ."}));
  want.push_back("5 3 1 4 8 9");
  questions.push_back(question("PRE X , O", {"."}));
  want.push_back("");
  std::vector<Answer> first;
  for (const std::size_t concurrency : kConcurrencies) {
    CAPTURE(concurrency);
    MachineOptions options;
    options.concurrency = concurrency;
    Seen seen;
    const std::vector<Answer> answers = run(script(arithmetic()), questions, options, {}, &seen);
    for (std::size_t i = 0; i < questions.size(); ++i) {
      CAPTURE(text(questions[i].prompt));
      REQUIRE(answers[i].verdict == Verdict::answered);
      CHECK(text(answers[i].value) == want[i]);
      if (first.empty()) continue;
      CHECK(answers[i].frames == first[i].frames);
      CHECK(answers[i].spawned == first[i].spawned);
      CHECK(answers[i].own_tokens == first[i].own_tokens);
      CHECK(answers[i].fed_tokens == first[i].fed_tokens);
      CHECK(answers[i].max_depth == first[i].max_depth);
    }
    if (first.empty()) first = answers;
    if (concurrency == 64) CHECK(seen.widest > questions.size());
  }
}

TEST_CASE("what each token of the language gives") {
  struct Case {
    const char *p, *q, *want;
  };
  // P X is asked with the stream 1 2 3.
  for (const Case& c : std::vector<Case>{
           {"RET X END", "", "1 2 3"},
           {"READ READ RET X END", "", "1 2 3"},
           {"4 5 , READ RET 7 8 END", "", "7 8"},
           {"RET END", "", ""},
           {"READ READ READ READ READ RET END", "", ""},
           {"EMIT 4 EMIT , RET END", "", "4 ,"},
           // What the callee reads the caller does not read again; FRESH starts over; names start at the front.
           {"CALL Q X END CALL R X END RET END", "READ RET END", ""},
           {"SPAWN Q END SPAWN R , A END RET B END", "EMIT 6 EMIT 7 RET END", "6"},
           {"SPAWN Q END SPAWN R , A END SPAWN R , A END RET C END", "RET 8 9 END", "8"},
           {"SPAWN Q X END RET A END", "READ RET X END", "1 2 3"},
           {"SPAWN Q X END SPAWN R X END RET B END", "READ RET END", "2"},
           {"SPAWN Q FRESH X END SPAWN R X END RET B END", "READ READ RET END", "1"},
           {"READ SPAWN R FRESH X END RET A END", "", "1"},
           {"SPAWN Q X X END SPAWN R X END RET B END", "READ RET END", "3"},
           // Outputs: handed on, handed on twice, and with a name for what is returned beside them.
           {"CALL Q , O END EMIT 2 RET END", "EMIT 1 RET END", "1 2"},
           {"SPAWN Q , O END EMIT 2 RET END", "EMIT 1 RET END", "1 2"},
           {"SPAWN Q , O END RET A END", "RET 4 END", "4"},
           {"EMIT 7 SPAWN Q X , O END SPAWN Q X , O END EMIT 9 RET END", "CALL R X , O END EMIT 5 RET END", "7 5 5 9"},
           {"CALL Q O END RET END", "RET END", ""},
       }) {
    CAPTURE(c.p);
    Programs programs = with(with({}, "P", c.p), "Q", c.q);
    programs["R"] = [](Frame& f) { f.ret(text(f.read())); };
    for (const std::size_t concurrency : kConcurrencies) {
      for (const bool memo : {false, true}) {
        CAPTURE(concurrency);
        const Answer answer = ask(script(programs), question("P X", {"1 2 3"}), concurrency, memo);
        REQUIRE(answer.verdict == Verdict::answered);
        CHECK(text(answer.value) == c.want);
      }
    }
  }
}

TEST_CASE("CALL gives the contents, also of a stream that is still growing when the callee ends") {
  Programs programs;
  programs["P"] = [](Frame& f) { f.ret(text(f.call("Q"))); };
  programs["Q"] = [](Frame& f) {
    f.spawn("R");
    f.ret("A");
  };
  programs["R"] = literal("EMIT 1 EMIT 2 EMIT 3 EMIT 4 EMIT 5 RET END");
  for (const std::size_t concurrency : kConcurrencies) {
    CHECK(text(ask(script(programs), question("P"), concurrency).value) == "1 2 3 4 5");
  }
}

TEST_CASE("a producer is read while it grows") {
  Programs programs = with(with({}, "P", "SPAWN Q END SPAWN R A END RET B END"), "Q",
                           "EMIT 1 EMIT 2 EMIT 3 EMIT 4 EMIT 5 EMIT 6 EMIT 7 EMIT 8 RET END");
  programs["R"] = [](Frame& f) {
    for (;;) {
      const std::int32_t t = f.read()[0];
      if (t == token("$")) return f.ret("");
      f.emit(t);
    }
  };
  std::size_t alone = 0;
  for (const std::size_t concurrency : kConcurrencies) {
    MachineOptions options;
    options.concurrency = concurrency;
    Seen seen;
    const Answer answer = run(script(programs), {question("P")}, options, {}, &seen)[0];
    CHECK(text(answer.value) == "1 2 3 4 5 6 7 8");
    if (concurrency == 1) alone = seen.calls;
    CHECK(seen.widest == std::min<std::size_t>(concurrency, 3));
    CHECK((concurrency == 1 ? seen.calls == answer.own_tokens : seen.calls < 2 * alone / 3));
  }
}

TEST_CASE("every malformed output ends the question at once") {
  const char* const wrong[] = {"END",
                               "FRESH",
                               "X",
                               "A",
                               "O",
                               "$",
                               "EMIT END",
                               "EMIT X",
                               "EMIT A",
                               "EMIT $",
                               "EMIT O",
                               "EMIT READ",
                               "EMIT EMIT",
                               "CALL END",
                               "CALL X",
                               "CALL O",
                               "CALL FRESH",
                               "CALL READ",
                               "SPAWN END",
                               "SPAWN X",
                               "CALL Q READ",
                               "CALL Q EMIT",
                               "CALL Q SPAWN",
                               "CALL Q CALL",
                               "CALL Q RET",
                               "CALL Q $",
                               "SPAWN Q READ",
                               "SPAWN Q EMIT",
                               "SPAWN Q SPAWN",
                               "SPAWN Q CALL",
                               "CALL Q Y",
                               "CALL Q Z",
                               "CALL Q A",
                               "SPAWN Q E",
                               "CALL Q FRESH END",
                               "CALL Q FRESH 1",
                               "CALL Q FRESH FRESH",
                               "CALL Q FRESH A",
                               "CALL Q FRESH O",
                               "CALL Q FRESH Y",
                               "CALL Q X X X X",
                               "CALL Q X X X FRESH X",
                               "SPAWN Q END CALL Q B",
                               "SPAWN Q END CALL Q FRESH A",
                               "RET READ",
                               "RET EMIT",
                               "RET CALL",
                               "RET SPAWN",
                               "RET RET",
                               "RET O",
                               "RET $",
                               "RET FRESH",
                               "RET X 1",
                               "RET 1 X",
                               "RET X X",
                               "RET Y",
                               "RET A",
                               "SPAWN Q END RET B",
                               "EMIT 1 RET 1",
                               "EMIT 1 RET X",
                               "CALL Q 1 , O END RET 1",
                               "SPAWN Q END SPAWN Q END SPAWN Q END SPAWN Q END SPAWN Q END SPAWN"};
  Programs programs;
  programs["Q"] = [](Frame& f) {
    if (f.prompt().size() > 1) f.emit(1);
    f.ret("");
  };
  const auto fails = [&](const std::string& list, const Question& asked) {
    CAPTURE(list);
    programs["P"] = literal(list);
    for (const std::size_t concurrency : {1, 2, 8}) {
      std::size_t own = 0;
      MachineObserver observer;
      observer.closed = [&](const FrameRecord& frame) {
        if (frame.depth > 0) return;
        CHECK_FALSE(frame.complete);
        for (const std::uint8_t by_model : frame.own) own += by_model;
      };
      MachineOptions options;
      options.concurrency = concurrency;
      const Answer answer = run(script(programs), {asked}, options, observer)[0];
      CHECK(answer.verdict == Verdict::malformed);
      CHECK(answer.value.empty());
      CHECK(own == tokens(list).size());
    }
  };
  for (const char* list : wrong) fails(list, question("P X", {"1 2"}));
  for (const char* list : {"READ", "RET X", "CALL Q X"}) fails(list, question("P"));
}

TEST_CASE("a callee that is wrong ends its question and no other one") {
  Programs programs = with(with(with(arithmetic(), "P", "SPAWN Q END SPAWN R END RET A END"), "Q", "EMIT 1 EMIT 2 END"),
                           "R", "EMIT 1 EMIT 1 EMIT 1 EMIT 1 EMIT 1 RET END");
  std::vector<Question> questions;
  for (int i = 0; i < 12; ++i) {
    questions.push_back(i % 3 == 0 ? question("P") : question("FIB 6 , X , Y", {number(1), number(1)}));
  }
  for (const std::size_t concurrency : kConcurrencies) {
    MachineOptions options;
    options.concurrency = concurrency;
    const std::vector<Answer> answers = run(script(programs), questions, options);
    for (std::size_t i = 0; i < questions.size(); ++i) {
      CHECK(answers[i].verdict == (i % 3 == 0 ? Verdict::malformed : Verdict::answered));
      CHECK(text(answers[i].value) == (i % 3 == 0 ? "" : "3 1"));
    }
  }
}

TEST_CASE("endless loops: the same prompt and streams at the same places") {
  struct Case {
    const char* p;
    std::size_t frames;
  };
  for (const Case& c : {Case{"CALL P X END", 1},
                        {"SPAWN P X END RET A END", 1},
                        {"CALL P FRESH X END", 1},
                        {"EMIT 1 CALL P X END", 1},
                        {"READ CALL P X END", 3},
                        {"READ SPAWN P FRESH X END RET END", 1},
                        {"SPAWN Q FRESH X END CALL P A END", 2}}) {
    CAPTURE(c.p);
    Programs programs = with({}, "P", c.p);
    programs["Q"] = [](Frame& f) {
      for (std::int32_t t = 0; (t = f.read()[0]) != token("$");) f.emit(t);
      f.ret("");
    };
    for (const bool memo : {false, true}) {
      const Answer answer = ask(script(programs), question("P X", {"1 2"}), 1, memo);
      CHECK(answer.verdict == Verdict::endless_loop);
      CHECK(answer.frames == c.frames);
    }
    for (const std::size_t concurrency : kConcurrencies) {
      // A stream that still grows equals itself only: there the stack may grow to its limit first.
      const Verdict verdict = ask(script(programs), question("P X", {"1 2"}), concurrency).verdict;
      CHECK((verdict == Verdict::endless_loop || verdict == Verdict::recursion_limit));
    }
  }
}

TEST_CASE("limits: stack, frames, tokens of a frame and of all streams") {
  Programs programs;
  // Calls itself with one more digit.
  programs["P"] = [](Frame& f) {
    f.spawn(text(f.prompt()) + " 0");
    f.ret("A");
  };
  programs["Q"] = [](Frame& f) {
    for (;;) f.emit(1);
  };
  programs["R"] = [](Frame& f) {
    for (;;) f.read();
  };
  for (const std::size_t concurrency : kConcurrencies) {
    CAPTURE(concurrency);
    MachineOptions options;
    options.concurrency = concurrency;
    const auto verdict = [&](const Question& asked) { return run(script(programs), {asked}, options)[0].verdict; };
    options.max_frame_tokens = 300;
    options.recursion_limit = 10;
    CHECK(verdict(question("P")) == Verdict::recursion_limit);
    options.max_frames = 7;
    CHECK(verdict(question("P")) == Verdict::too_many_frames);
    CHECK(verdict(question("Q")) == Verdict::frame_too_long);
    CHECK(verdict(question("R X", {"1 2 3"})) == Verdict::frame_too_long);
    options.max_stream_tokens = 100;
    CHECK(verdict(question("Q")) == Verdict::streams_too_long);
    CHECK(verdict(question("Q 1 2 3")) == Verdict::streams_too_long);
  }
}

TEST_CASE("a vocabulary with streams, and questions that fit it") {
  Seen seen;
  const auto create = [&](std::vector<std::string> vocabulary, const std::string& without) {
    vocabulary.erase(std::find(vocabulary.begin(), vocabulary.end(), without));
    return Machine::create(std::make_unique<tests::ScriptedStepper>(words().size(), script({}), seen), vocabulary, {});
  };
  CHECK_FALSE(create(words(), "$").ok());
  for (const char* missing : {"SPAWN", "READ", "EMIT", "FRESH", "X", "Z", "A", "E", "O"}) {
    CAPTURE(missing);
    CHECK(create(words(), missing).ok());
  }
  Machine machine = machine_of(script(arithmetic()), seen, {});
  for (const Question& bad :
       {question("ADD X , Y", {"1"}), question("ADD X", {"1", "2"}), question("ADD Y , X", {"1", "2"}),
        question("ADD X , X", {"1", "2"}), question("ADD X , Y"), question("ADD 1", {"1"}),
        question("ADD X , Y , Z , Z", {"1", "2", "3", "4"}), question("MUL 2 , X", {"1 END"}),
        question("MUL 2 , X", {"1 $"}), Question{tokens("MUL 2 , X"), {{-1}}},
        Question{tokens("MUL 2 , X"), {{std::numeric_limits<std::int32_t>::max()}}}}) {
    CAPTURE(text(bad.prompt));
    std::vector<Answer> answers(1);
    const Status status = machine.run(std::vector<Question>{bad}, answers);
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().field == "prompt 0");
    CHECK(seen.calls == 0);
  }
}

}  // namespace test_machine_streams
