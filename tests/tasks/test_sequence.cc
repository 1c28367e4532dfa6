#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tasks/frames/right_frames.h"
#include "tasks/frames/trace_reader.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/registry.h"
#include "tasks/task/sequence.h"
#include "tests/support/annotated_frame.h"
#include "tests/support/sweep.h"
#include "tests/tasks/made_item.h"

namespace test_sequence {

using namespace trm;
using namespace trm::tasks;
using test::made;

namespace {

constexpr std::size_t kLongest = 8192;
constexpr Encoding kBoth[] = {Encoding::trace, Encoding::answer};

Frame fitting(Encoding encoding, const Task& task, const Item& item) {
  const Result<std::optional<Frame>> sequence = right_sequence(encoding, task, item, kLongest);
  REQUIRE_MESSAGE(sequence.ok(), sequence.error().text());
  REQUIRE(sequence->has_value());
  return **sequence;
}

/// Calls look(task, item, encoding, sequence) for items of every slice whose sequences are no longer than kLongest.
template <class Look>
void for_each_sequence(std::uint64_t seed, std::uint64_t count, const Look& look) {
  for (const Task* task : all_tasks()) {
    for (const std::string_view slice : task->info().slices) {
      const std::uint64_t items = std::min<std::uint64_t>(task->size(slice), count);
      for (std::uint64_t i = 0; i < items; ++i) {
        const Item item = made(*task, slice, seed, i);
        CAPTURE(item.prompt);
        for (const Encoding encoding : kBoth) {
          const Result<std::optional<Frame>> sequence = right_sequence(encoding, *task, item, kLongest);
          REQUIRE_MESSAGE(sequence.ok(), sequence.error().text());
          if (*sequence) look(*task, item, encoding, **sequence);
        }
      }
    }
  }
}

std::span<const Token> own_tokens(const Frame& sequence) {
  return std::span<const Token>(sequence.tokens).subspan(sequence.prompt);
}

/// What these tokens answer as text; "-" if they answer nothing.
std::string answer_of(Encoding encoding, const Task& task, const Item& item, std::span<const Token> own) {
  const Result<SequenceAnswer> said = sequence_answer(encoding, task.encode(item), own);
  if (!said.ok()) return "-";
  const Result<std::string> text =
      said->repeated.empty() ? task.decode(item, said->value) : task.decode_loop(item, said->repeated);
  return text.ok() ? *text : "-";
}

/// Such questions are looked at in a case of their own: whether one ends does not depend on which call repeats.
bool never_ends(Encoding encoding, const Task& task, const Item& item, const Frame& sequence) {
  const Result<SequenceAnswer> said = sequence_answer(encoding, task.encode(item), own_tokens(sequence));
  return said.ok() && !said->repeated.empty();
}

}  // namespace

TEST_CASE("the trace of fact 2 is the one that README shows") {
  const Task& task = *find_task("factorial");
  const Item item = *task.parse("fact 2");
  const Frame trace = fitting(Encoding::trace, task, item);
  CHECK(to_text(trace.tokens) ==
        "FACT 2 , X 1 $ END "
        "SPAWN FACT 1 , X END "
        "SPAWN FACT 0 , X END "
        "RET X END "
        "A END "
        "SPAWN MUL 1 , A END "
        "READ 1 1 EMIT 1 0 READ $ RET END "
        "B END "
        "RET B END "
        "A END "
        "SPAWN MUL 2 , A END "
        "READ 1 2 EMIT 2 0 READ $ RET END "
        "B END "
        "RET B END");
  CHECK(to_text(fitting(Encoding::answer, task, item).tokens) == "FACT 2 , X 1 $ END 2 END");
}

TEST_CASE("sequences say the answer of their item, for every task and slice") {
  std::vector<std::string> seen;
  for_each_sequence(5, test::swept(20), [&](const Task& task, const Item& item, Encoding encoding, const Frame& f) {
    const Tokens prompt = sequence_prompt(task.encode(item));
    REQUIRE(f.prompt == prompt.size());
    REQUIRE(std::equal(prompt.begin(), prompt.end(), f.tokens.begin()));
    REQUIRE(f.tokens.size() <= kLongest);
    REQUIRE(f.own.size() == f.tokens.size());
    // Everything behind the question is the model's.
    REQUIRE(static_cast<std::size_t>(std::count(f.own.begin(), f.own.end(), 1)) == f.tokens.size() - f.prompt);
    REQUIRE(std::count(f.own.begin(), f.own.begin() + static_cast<std::ptrdiff_t>(f.prompt), 1) == 0);
    REQUIRE(answer_of(encoding, task, item, own_tokens(f)) == item.answer);
    const std::string name = item.task + " " + std::string(encoding_name(encoding));
    if (std::find(seen.begin(), seen.end(), name) == seen.end()) seen.push_back(name);
  });
  CHECK(seen.size() == 2 * all_tasks().size());
}

TEST_CASE("whether a question needs more frames is told exactly, or not at all where the stack is too deep to follow") {
  for (const char* prompt :
       {"fact 0", "fib 12", "tak 7 5 3", "ack 2 3", "even 9", "hanoi 4", "calc max(3, min(4, 15))"}) {
    CAPTURE(prompt);
    const Result<Item> item = parse_prompt(prompt);
    REQUIRE(item.ok());
    const Question question = find_task(item->task)->encode(*item);
    const auto run = run_right_frames(question);
    REQUIRE(run.ok());
    const std::size_t frames = (*run)->frames, depth = (*run)->depth;
    CHECK_FALSE(needs_more_frames(question, frames, depth));
    CHECK(needs_more_frames(question, frames - 1, depth));
    CHECK_FALSE(needs_more_frames(question, frames - 1, depth - 1));
  }
  // Far beyond what can be counted to the end, and an endless loop, which needs a few frames only.
  const auto needs = [](const std::string& prompt) {
    const Result<Item> item = parse_prompt(prompt);
    REQUIRE_MESSAGE(item.ok(), item.error().text());
    return needs_more_frames(find_task(item->task)->encode(*item), 5000, 200);
  };
  CHECK(needs("fib 99"));
  CHECK(needs("tak 18 12 6"));
  CHECK_FALSE(needs("fact 99 123456789"));
  CHECK_FALSE(needs("ends f(7); def f(n): return f(n)"));
}

TEST_CASE("a trace holds the right frames, each as the machine would record it") {
  for_each_sequence(6, 1 + test::swept(8), [](const Task& task, const Item& item, Encoding encoding, const Frame& f) {
    if (encoding != Encoding::trace) return;
    RightRunOptions options;
    options.keep_frames = true;
    const auto run = run_right_frames(task.encode(item), options);
    REQUIRE(run.ok());
    std::vector<Frame> frames;
    TraceEvents events;
    std::size_t opened = 0;
    events.opened = [&](std::size_t, std::span<const Token>) { ++opened; };
    events.closed = [&](std::size_t, const Frame& frame, bool complete) {
      REQUIRE(complete);  // close_all() is not called
      frames.push_back(frame);
    };
    TraceReader reader(task.encode(item), events);
    for (const Token token : own_tokens(f)) {
      REQUIRE(reader.state() == TraceReader::State::open);
      reader.next(token);
    }
    REQUIRE(reader.state() == TraceReader::State::complete);
    REQUIRE(opened == (*run)->frames);
    REQUIRE(reader.frames() == (*run)->frames);
    REQUIRE(reader.repeated() == (*run)->repeated);
    if (reader.repeated().empty()) REQUIRE(reader.max_depth() == (*run)->depth);
    REQUIRE(frames.size() == (*run)->kept.size());
    for (std::size_t i = 0; i < frames.size(); ++i) {
      REQUIRE(frames[i].tokens == (*run)->kept[i].tokens);
      REQUIRE(frames[i].own == (*run)->kept[i].own);
      REQUIRE(frames[i].prompt == (*run)->kept[i].prompt);
    }
  });
}

TEST_CASE("a sequence fits into its length and into nothing less") {
  for (const Encoding encoding : kBoth) {
    const Task& task = *find_task("factorial");
    const Item item = *task.parse("fact 3 7");
    const std::size_t size = fitting(encoding, task, item).tokens.size();
    for (const std::size_t limit : {std::size_t{0}, std::size_t{1}, size / 2, size - 1}) {
      CAPTURE(limit);
      const auto none = right_sequence(encoding, task, item, limit);
      REQUIRE(none.ok());
      CHECK_FALSE(none->has_value());
    }
    CHECK(right_sequence(encoding, task, item, size)->has_value());
  }
  // Deep questions are given up at once, however many frames they would take.
  const Task& fibonacci = *find_task("fibonacci");
  for (const Encoding encoding : kBoth) {
    CHECK_FALSE(right_sequence(encoding, fibonacci, *fibonacci.parse("fib 90"), kLongest)->has_value());
  }
}

TEST_CASE("any single wrong token of an answer is wrong") {
  for_each_sequence(9, 1 + test::swept(4), [](const Task& task, const Item& item, Encoding encoding, const Frame& f) {
    if (encoding != Encoding::answer || never_ends(encoding, task, item, f)) return;
    Tokens own(own_tokens(f).begin(), own_tokens(f).end());
    const std::size_t step = 1 + own.size() / 20;
    for (std::size_t at = 0; at < own.size(); at += step) {
      for (Token other = 0; other < static_cast<Token>(vocabulary().size()); ++other) {
        const Token right = std::exchange(own[at], other);
        if (other != right) REQUIRE(answer_of(encoding, task, item, own) != item.answer);
        own[at] = right;
      }
    }
  });
}

TEST_CASE("any single wrong token of the value that a trace returns, and of what it emits, is wrong") {
  for_each_sequence(9, 1 + test::swept(4), [](const Task& task, const Item& item, Encoding encoding, const Frame& f) {
    if (encoding != Encoding::trace || f.tokens.size() > 400 || never_ends(encoding, task, item, f)) return;
    Tokens own(own_tokens(f).begin(), own_tokens(f).end());
    const auto ret = std::find(own.rbegin(), own.rend(), token::ret).base();
    const auto begin = static_cast<std::size_t>(ret - own.begin());
    for (std::size_t at = begin; at < own.size(); ++at) {
      const bool letter = token::is_argument(own[at]) || token::is_result(own[at]);
      for (Token other = 0; other < static_cast<Token>(vocabulary().size()); ++other) {
        // Two letters may stand for streams that are alike, and a stream may hold one token.
        const bool other_letter = token::is_argument(other) || token::is_result(other);
        const Result<std::string> alone = task.decode(item, {&other, 1});
        if (letter && (other_letter || (alone.ok() && *alone == item.answer))) continue;
        const Token right = std::exchange(own[at], other);
        if (other != right) REQUIRE(answer_of(encoding, task, item, own) != item.answer);
        own[at] = right;
      }
    }
    if (item.task != "hanoi" && item.task != "tree_traversal") return;
    // All that these emit is the answer, but for words without O.
    if (item.prompt.starts_with("height") || item.prompt.starts_with("total")) return;
    for (std::size_t at = 1; at < own.size(); ++at) {
      if (own[at - 1] != token::emit) continue;
      const Token right = std::exchange(own[at], own[at] == token::first_peg ? token::first_peg + 1 : token::first_peg);
      REQUIRE(answer_of(encoding, task, item, own) != item.answer);
      own[at] = right;
    }
  });
}

TEST_CASE("what is cut off, goes on or is not well formed answers nothing") {
  for_each_sequence(4, 2, [](const Task& task, const Item& item, Encoding encoding, const Frame& f) {
    if (f.tokens.size() > 300) return;
    const auto own = own_tokens(f);
    for (std::size_t size = 0; size < own.size(); ++size) {
      REQUIRE_FALSE(sequence_answer(encoding, task.encode(item), own.first(size)).ok());
    }
    Tokens longer(own.begin(), own.end());
    longer.push_back(0);
    REQUIRE_FALSE(sequence_answer(encoding, task.encode(item), longer).ok());
  });
  const Task& task = *find_task("factorial");
  const Question question = task.encode(*task.parse("fact 2"));
  for (const char* text :
       {"END", "CALL END", "SPAWN 1 , Y END", "SPAWN 1 , A END", "CALL CALL", "CALL FRESH 1 END",
        "CALL FRESH FRESH X END", "CALL X X X X END", "RET Y END", "RET A END", "RET RET", "EMIT X", "EMIT END",
        "READ END", "READ CALL", "SPAWN 1 END RET END CALL", "CALL FRESH END", "CALL 1 END 1 END"}) {
    CAPTURE(text);
    const Tokens tokens = test::tokens_from(text);
    const Result<SequenceAnswer> value = sequence_answer(Encoding::trace, question, tokens);
    REQUIRE_FALSE(value.ok());
    CHECK(value.error().text().find("malformed at token " + std::to_string(tokens.size() - 1)) != std::string::npos);
  }
}

TEST_CASE("what never ends is answered by the call that runs already") {
  const Task& task = *find_task("infinite_loop");
  const Item item = *task.parse("repeats f(2); def f(n): return 1 if n == 0 else f((2 * n + 1) % 7)");
  REQUIRE(item.answer == "f(2)");
  for (const Encoding encoding : kBoth) {
    const Frame sequence = fitting(encoding, task, item);
    CHECK(answer_of(encoding, task, item, own_tokens(sequence)) == "f(2)");
    const Result<SequenceAnswer> said = sequence_answer(encoding, task.encode(item), own_tokens(sequence));
    REQUIRE(said.ok());
    CHECK(said->value.empty());
    const std::string text = to_text(own_tokens(sequence));
    const std::string repeated = to_text(said->repeated);
    Tokens other(own_tokens(sequence).begin(), own_tokens(sequence).end());
    const auto two = std::find(other.begin(), other.end(), 2);
    if (encoding == Encoding::answer) {
      REQUIRE(two != other.end());
      *two = 5;
      CHECK(answer_of(encoding, task, item, other) == "f(5)");
    }
    CHECK(text.ends_with(encoding == Encoding::answer ? "CALL " + repeated + " END" : " END END"));
  }
}

TEST_CASE("questions of others and unknown encodings are errors") {
  const Task& task = *find_task("factorial");
  const Item other = *find_task("gcd")->parse("gcd 4 6");
  for (const Encoding encoding : kBoth) CHECK_FALSE(right_sequence(encoding, task, other, kLongest).ok());
  CHECK_FALSE(right_sequence(Encoding::frames, task, *task.parse("fact 1"), kLongest).ok());
  CHECK(encoding_of("trace") == Encoding::trace);
  CHECK(encoding_of("answer") == Encoding::answer);
  CHECK(encoding_of("frames") == Encoding::frames);
  CHECK_FALSE(encoding_of("traces").has_value());
}

}  // namespace test_sequence
