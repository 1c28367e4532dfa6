#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/infer/decoder.h"
#include "engine/machine/machine.h"
#include "engine/machine/memo_table.h"
#include "simd/cpu.h"
#include "tasks/frames/frame.h"
#include "tasks/frames/frame_writer.h"
#include "tasks/frames/function.h"
#include "tasks/frames/prompt.h"
#include "tasks/registry.h"
#include "tasks/task/task.h"
#include "tests/support/bigram_model.h"
#include "tests/support/scripted_stepper.h"
#include "tests/support/sweep.h"

namespace test_machine {

namespace {

using namespace trm;
using Tokens = std::vector<std::int32_t>;

using tests::Script;
using tests::ScriptedStepper;
using tests::Seen;

const std::vector<std::string> kWords = {"0", "1", "2", "END", "CALL", "RET"};
constexpr std::int32_t kEnd = 3, kCall = 4, kRet = 5;

Machine machine_of(Script script, Seen& seen, const MachineOptions& options) {
  Result<Machine> machine =
      Machine::create(std::make_unique<ScriptedStepper>(kWords.size(), std::move(script), seen), kWords, options);
  REQUIRE(machine.ok());
  return *std::move(machine);
}

/// A frame's own tokens as a fixed list, whatever the prompt (two tokens and END) and the appended values are.
Script own_tokens(Tokens own) {
  return [own = std::move(own)](const Tokens& seen) {
    const std::size_t prompt = static_cast<std::size_t>(std::find(seen.begin(), seen.end(), kEnd) - seen.begin()) + 1;
    REQUIRE(seen.size() - prompt < own.size());
    return own[seen.size() - prompt];
  };
}

Answer ask(Machine& machine, const Tokens& prompt, const MachineObserver& observer = {}) {
  std::vector<Answer> answers(1);
  const std::vector<Question> questions = {{prompt, {}}};
  const Status status = machine.run(questions, answers, observer);
  REQUIRE(status.ok());
  return answers[0];
}

// --- the right frames, written by the tasks themselves ---------------------------------------------------------------

std::vector<std::string> task_words() {
  std::vector<std::string> out;
  for (const std::string_view word : tasks::vocabulary()) out.emplace_back(word);
  return out;
}

/// Gives what the machine has given so far; nobody looks at what is written behind that.
class SoFar final : public tasks::FrameWorld {
 public:
  explicit SoFar(const Tokens& seen) : seen_(seen) {}
  Tokens call(std::span<const tasks::Token>, std::size_t at) override {
    const auto begin = seen_.begin() + static_cast<std::ptrdiff_t>(std::min(at, seen_.size()));
    const auto end = std::find(begin, seen_.end(), tasks::token_of("END"));
    return end == seen_.end() ? Tokens() : Tokens(begin, end);
  }
  void spawn(std::span<const tasks::Token>, std::size_t) override {}
  tasks::Token read(std::size_t, std::size_t at) override {
    return at < seen_.size() ? seen_[at] : tasks::token_of("$");
  }
  void emit(tasks::Token) override {}

 private:
  const Tokens& seen_;
};

/// The next token of the one right frame.
std::int32_t oracle(const Tokens& seen) {
  const auto prompt_end = std::find(seen.begin(), seen.end(), tasks::token_of("END"));
  const Result<tasks::FramePrompt> prompt =
      tasks::read_frame_prompt({seen.data(), static_cast<std::size_t>(prompt_end - seen.begin())});
  REQUIRE_MESSAGE(prompt.ok(), tasks::to_text(seen));
  SoFar world(seen);
  tasks::FrameWriter writer(*prompt, world);
  prompt->function->write(writer);
  // A writer that fails lacks an answer that is still to come; what it wrote before is right.
  const tasks::Tokens& written = writer.written().tokens;
  REQUIRE_MESSAGE(seen.size() < written.size(), tasks::to_text(seen));
  return written[seen.size()];
}

struct Questions {
  std::vector<tasks::Item> items;
  std::vector<Question> prompts;
};

Questions questions_of(const tasks::Task& task, std::size_t per_slice) {
  Questions out;
  for (const std::string_view slice : task.info().slices) {
    if (slice == "depth_8x" || slice == "beyond_counters") continue;  // frames written anew for every token take long
    for (std::size_t i = 0; i < std::min(per_slice, task.size(slice)); ++i) {
      Result<tasks::Item> item = task.item(slice, 7, i);
      REQUIRE(item.ok());
      trm::Question question = task.encode(*item);
      out.prompts.push_back({std::move(question.prompt), std::move(question.streams)});
      out.items.push_back(*std::move(item));
    }
  }
  return out;
}

Machine oracle_machine(Seen& seen, const MachineOptions& options) {
  const std::vector<std::string> words = task_words();
  Result<Machine> machine =
      Machine::create(std::make_unique<ScriptedStepper>(words.size(), oracle, seen), words, options);
  REQUIRE(machine.ok());
  return *std::move(machine);
}

}  // namespace

TEST_CASE("the right frames give the right answers to every task") {
  REQUIRE_FALSE(tasks::all_tasks().empty());
  for (const tasks::Task* task : tasks::all_tasks()) {
    CAPTURE(task->name());
    const Questions q = questions_of(*task, trm::test::swept(10) == 1 ? 1 : 3);
    std::vector<Answer> first;
    for (const std::size_t concurrency : {std::size_t{1}, std::size_t{3}, q.prompts.size() + 1}) {
      CAPTURE(concurrency);
      Seen seen;
      MachineOptions options;
      options.concurrency = concurrency;
      options.recursion_limit = 1024;
      options.memo = task->name() == "fibonacci";  // its numbers take too many frames without it
      Machine machine = oracle_machine(seen, options);
      std::vector<Answer> answers(q.prompts.size());
      const Status status = machine.run(q.prompts, answers);
      REQUIRE(status.ok());
      CHECK(seen.alive == 0);
      CHECK(seen.widest <= concurrency);
      for (std::size_t i = 0; i < answers.size(); ++i) {
        CAPTURE(q.items[i].prompt);
        const bool loop = answers[i].verdict == Verdict::endless_loop;
        REQUIRE((loop || answers[i].verdict == Verdict::answered));
        const Result<std::string> text =
            loop ? task->decode_loop(q.items[i], answers[i].repeated) : task->decode(q.items[i], answers[i].value);
        REQUIRE(text.ok());
        CHECK(*text == q.items[i].answer);
        CHECK(task->verify(q.items[i], *text));
        CHECK(answers[i].max_depth <= answers[i].frames);
        CHECK(answers[i].first_token_ns <= answers[i].elapsed_ns);
        if (first.size() == answers.size()) {
          CHECK(answers[i].value == first[i].value);
          CHECK(answers[i].frames == first[i].frames);
          CHECK(answers[i].own_tokens == first[i].own_tokens);
          CHECK(answers[i].fed_tokens == first[i].fed_tokens);
        }
      }
      if (first.empty()) first = answers;
    }
  }
}

TEST_CASE("the memo table saves frames and changes no answer") {
  const tasks::Task* task = tasks::find_task("fibonacci");
  REQUIRE(task != nullptr);
  // Deep enough that the tree repeats itself, small enough to run it without a memo.
  Questions all = questions_of(*task, 64), q;
  for (std::size_t i = 0; i < all.items.size(); ++i) {
    if (all.items[i].depth < 4 || all.items[i].depth > 12) continue;
    q.items.push_back(all.items[i]);
    q.prompts.push_back(all.prompts[i]);
  }
  REQUIRE_FALSE(q.items.empty());
  std::vector<Answer> with(q.prompts.size()), without(q.prompts.size());
  for (const bool memo : {true, false}) {
    Seen seen;
    MachineOptions options;
    options.memo = memo;
    options.concurrency = 4;
    Machine machine = oracle_machine(seen, options);
    const Status status = machine.run(q.prompts, memo ? with : without);
    REQUIRE(status.ok());
  }
  for (std::size_t i = 0; i < q.prompts.size(); ++i) {
    CAPTURE(q.items[i].prompt);
    REQUIRE(with[i].verdict == Verdict::answered);
    CHECK(with[i].value == without[i].value);
    CHECK(with[i].memo_hits > 0);
    CHECK(without[i].memo_hits == 0);
    CHECK(with[i].frames < without[i].frames);
  }
}

// --- the ways in which a model can be wrong
// ---------------------------------------------------------------------------

TEST_CASE("output that is no frame is malformed") {
  const Tokens wrong[] = {
      {kEnd},           {0},          {kCall, kEnd},   {kRet, kEnd},       {kCall, kCall}, {kCall, 0, kCall},
      {kCall, 0, kRet}, {kRet, kRet}, {kRet, 0, kRet}, {kRet, 0, 1, kCall}};
  for (const Tokens& own : wrong) {
    CAPTURE(own.size());
    CAPTURE(own.back());
    Seen seen;
    Machine machine = machine_of(own_tokens(own), seen, {});
    const Answer answer = ask(machine, {0, 1});
    CHECK(answer.verdict == Verdict::malformed);
    CHECK(answer.own_tokens == own.size());
    CHECK(answer.value.empty());
    CHECK(seen.alive == 0);
  }
}

TEST_CASE("recursion limit, frame count and endless loops") {
  // Each frame calls its own prompt with one more 0.
  const Script deeper = [](const Tokens& seen) {
    const std::size_t prompt = static_cast<std::size_t>(std::find(seen.begin(), seen.end(), kEnd) - seen.begin());
    const std::size_t own = seen.size() - prompt - 1;
    if (own == 0) return kCall;
    return own <= prompt + 1 ? std::int32_t{0} : kEnd;
  };
  for (const std::size_t limit : {1, 2, 7}) {
    CAPTURE(limit);
    Seen seen;
    MachineOptions options;
    options.recursion_limit = limit;
    Machine machine = machine_of(deeper, seen, options);
    const Answer answer = ask(machine, {0});
    CHECK(answer.verdict == Verdict::recursion_limit);
    CHECK(answer.frames == limit);
    CHECK(answer.max_depth == limit);
    CHECK(seen.peak == limit);
    CHECK(seen.alive == 0);
  }
  for (const std::size_t limit : {1, 2, 7}) {
    CAPTURE(limit);
    Seen seen;
    MachineOptions options;
    options.max_frames = limit;
    Machine machine = machine_of(deeper, seen, options);
    const Answer answer = ask(machine, {0});
    CHECK(answer.verdict == Verdict::too_many_frames);
    CHECK(answer.frames == limit);
  }
  for (const bool memo : {true, false}) {
    Seen seen;
    MachineOptions options;
    options.memo = memo;
    Machine machine = machine_of(own_tokens({kCall, 1, kEnd}), seen, options);
    const Answer answer = ask(machine, {0});
    CHECK(answer.verdict == Verdict::endless_loop);
    CHECK(answer.frames == 2);
    CHECK(seen.alive == 0);
  }
}

TEST_CASE("a frame may have max_frame_tokens tokens and not one more") {
  // Prompt END (2), CALL 1 END (3), value END (2), RET 2 END (3): ten tokens; the callee has five.
  const Script script = [](const Tokens& seen) {
    if (seen[0] == 1) return own_tokens({kRet, 0, kEnd})(seen);
    return own_tokens({kCall, 1, kEnd, -1, -1, kRet, 2, kEnd})(seen);
  };
  for (std::size_t limit = 1; limit <= 12; ++limit) {
    for (const bool by_stepper : {false, true}) {
      CAPTURE(limit);
      CAPTURE(by_stepper);
      Seen seen;
      MachineOptions options;
      if (!by_stepper) options.max_frame_tokens = limit;
      auto stepper = by_stepper ? std::make_unique<ScriptedStepper>(kWords.size(), script, seen, limit)
                                : std::make_unique<ScriptedStepper>(kWords.size(), script, seen);
      Result<Machine> machine = Machine::create(std::move(stepper), kWords, options);
      REQUIRE(machine.ok());
      const Answer answer = ask(*machine, {0});
      CHECK(answer.verdict == (limit < 10 ? Verdict::frame_too_long : Verdict::answered));
      CHECK(answer.value == (limit < 10 ? Tokens{} : Tokens{2}));
      CHECK(seen.alive == 0);
    }
  }
}

TEST_CASE("counts of tokens and frames") {
  const Script script = [](const Tokens& seen) {
    if (seen[0] == 1) return own_tokens({kRet, 0, 2, kEnd})(seen);
    return own_tokens({kCall, 1, kEnd, -1, -1, -1, kCall, 1, kEnd, -1, -1, -1, kRet, 2, kEnd})(seen);
  };
  for (const bool memo : {true, false}) {
    CAPTURE(memo);
    Seen seen;
    MachineOptions options;
    options.memo = memo;
    Machine machine = machine_of(script, seen, options);
    const Answer answer = ask(machine, {0});
    REQUIRE(answer.verdict == Verdict::answered);
    CHECK(answer.frames == (memo ? 2 : 3));
    CHECK(answer.memo_hits == (memo ? 1 : 0));
    CHECK(answer.max_depth == 2);
    CHECK(answer.own_tokens == 9 + (memo ? 4 : 8));
    CHECK(answer.fed_tokens == 2 + 2 * 3 + (memo ? 2 : 4));
    // The END that closes a call and the value that follows it go in together: no round for nothing.
    CHECK(seen.calls == answer.own_tokens);
  }
}

TEST_CASE("the observer sees frames open and close in order") {
  struct Event {
    char kind;
    std::size_t depth;
    Tokens prompt, value;
    bool operator==(const Event&) const = default;
  };
  std::vector<Event> events;
  MachineObserver observer;
  observer.opened = [&](const OpenedFrame& frame) {
    events.push_back({'o', frame.depth, {frame.prompt.begin(), frame.prompt.end()}, {}});
  };
  observer.memo_hit = [&](const MemoHit& hit) {
    events.push_back({'m', hit.depth, {hit.prompt.begin(), hit.prompt.end()}, {hit.value.begin(), hit.value.end()}});
  };
  observer.closed = [&](const FrameRecord& record) {
    REQUIRE(record.tokens.size() == record.own.size());
    REQUIRE(record.elapsed_ns >= 0);
    Tokens own;
    for (std::size_t i = 0; i < record.own.size(); ++i) {
      if (record.own[i] != 0) own.push_back(record.tokens[i]);
    }
    events.push_back({record.complete ? 'c' : 'x',
                      record.depth,
                      {record.tokens.begin(), record.tokens.begin() + static_cast<std::ptrdiff_t>(record.prompt)},
                      own});
  };
  SUBCASE("answered") {
    const Script script = [](const Tokens& seen) {
      if (seen[0] == 1) return own_tokens({kRet, 2, kEnd})(seen);
      return own_tokens({kCall, 1, kEnd, -1, -1, kCall, 1, kEnd, -1, -1, kRet, 0, kEnd})(seen);
    };
    Seen seen;
    MachineOptions options;
    options.memo = true;
    Machine machine = machine_of(script, seen, options);
    CHECK(ask(machine, {0}, observer).verdict == Verdict::answered);
    const std::vector<Event> want = {{'o', 0, {0}, {}},
                                     {'o', 1, {1}, {}},
                                     {'c', 1, {1, kEnd}, {kRet, 2, kEnd}},
                                     {'m', 1, {1}, {2}},
                                     {'c', 0, {0, kEnd}, {kCall, 1, kEnd, kCall, 1, kEnd, kRet, 0, kEnd}}};
    CHECK(events == want);
  }
  SUBCASE("cut off: the open frames close from the deepest up") {
    const Script script = [](const Tokens& seen) { return seen[0] == 1 ? kEnd : own_tokens({kCall, 1, kEnd})(seen); };
    Seen seen;
    Machine machine = machine_of(script, seen, {});
    CHECK(ask(machine, {0}, observer).verdict == Verdict::malformed);
    const std::vector<Event> want = {
        {'o', 0, {0}, {}}, {'o', 1, {1}, {}}, {'x', 1, {1, kEnd}, {kEnd}}, {'x', 0, {0, kEnd}, {kCall, 1, kEnd}}};
    CHECK(events == want);
  }
}

TEST_CASE("errors of the caller and of the stepper") {
  Seen seen;
  Machine machine = machine_of(own_tokens({kRet, 0, kEnd}), seen, {});
  std::vector<Answer> answers(2);
  SUBCASE("empty prompt") {
    const std::vector<Question> prompts = {{{0}, {}}, {{}, {}}};
    const Status status = machine.run(prompts, answers);
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().field == "prompt 1");
    CHECK(seen.calls == 0);
  }
  SUBCASE("token outside the vocabulary") {
    for (const std::int32_t bad : {-1, 6, std::numeric_limits<std::int32_t>::max()}) {
      const std::vector<Question> prompts = {{{0, bad}, {}}, {{0}, {}}};
      const Status status = machine.run(prompts, answers);
      REQUIRE_FALSE(status.ok());
      CHECK(status.error().message.find(std::to_string(bad)) != std::string::npos);
    }
  }
  SUBCASE("wrong number of answers") {
    const std::vector<Question> prompts = {{{0}, {}}};
    CHECK_FALSE(machine.run(prompts, answers).ok());
  }
  SUBCASE("no prompts") {
    CHECK(machine.run({}, {}).ok());
  }
  SUBCASE("a stepper that fails gives its error, loses no state, and the machine goes on") {
    seen.fail_at = 1;
    const std::vector<Question> prompts = {{{0}, {}}, {{1}, {}}};
    const Status status = machine.run(prompts, answers);
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().field == "stepper");
    CHECK(seen.alive == 0);
    CHECK(machine.run(prompts, answers).ok());
    CHECK(answers[1].verdict == Verdict::answered);
  }
}

TEST_CASE("options and vocabularies that cannot work") {
  Seen seen;
  const auto create = [&](const std::vector<std::string>& words, const MachineOptions& options) {
    return Machine::create(std::make_unique<ScriptedStepper>(words.size(), own_tokens({kRet}), seen), words, options);
  };
  for (const char* missing : {"CALL", "END", "RET"}) {
    CAPTURE(missing);
    std::vector<std::string> words = kWords;
    words.erase(std::find(words.begin(), words.end(), missing));
    const Result<Machine> machine = create(words, {});
    REQUIRE_FALSE(machine.ok());
    CHECK(machine.error().message.find(missing) != std::string::npos);
  }
  const std::pair<const char*, std::size_t MachineOptions::*> fields[] = {
      {"max_frame_tokens", &MachineOptions::max_frame_tokens},
      {"max_frames", &MachineOptions::max_frames},
      {"max_stream_tokens", &MachineOptions::max_stream_tokens},
      {"concurrency", &MachineOptions::concurrency}};
  for (const auto& entry : fields) {
    CAPTURE(entry.first);
    MachineOptions options;
    options.*entry.second = 0;
    const Result<Machine> machine = create(kWords, options);
    REQUIRE_FALSE(machine.ok());
    CHECK(machine.error().field == entry.first);
  }
  MachineOptions options;
  options.concurrency = 1 << 16;
  options.recursion_limit = std::size_t{1} << 62;
  CHECK_FALSE(create(kWords, options).ok());
  options.recursion_limit = 0;
  CHECK(create(kWords, options).ok());
  options.concurrency = std::size_t{1} << 32;
  CHECK(create(kWords, options).error().field == "concurrency");
  options = {};
  options.max_elapsed_ns = -1;
  CHECK(create(kWords, options).error().field == "max_elapsed_ns");
}

/// Each frame calls one whose prompt is longer by a token, until it has `depth`; then all return.
Script as_deep_as(std::size_t depth) {
  return [depth](const Tokens& seen) {
    const auto prompt = static_cast<std::size_t>(std::find(seen.begin(), seen.end(), kEnd) - seen.begin());
    const std::size_t own = seen.size() - prompt - 1;
    if (prompt >= depth) return own == 0 ? kRet : own == 1 ? std::int32_t{1} : kEnd;
    if (own == 0) return kCall;
    if (own <= prompt + 1) return std::int32_t{0};
    if (own == prompt + 2) return kEnd;
    return own == prompt + 5 ? kRet : own == prompt + 6 ? std::int32_t{2} : kEnd;
  };
}

TEST_CASE("without a recursion limit the stack grows as far as the memory goes, and the answer says how far") {
  for (const std::size_t concurrency : {1, 4}) {
    CAPTURE(concurrency);
    Seen seen;
    MachineOptions options;
    options.concurrency = concurrency;
    Machine machine = machine_of(as_deep_as(300), seen, options);
    Answer answer = ask(machine, {0});
    CHECK(answer.verdict == Verdict::answered);
    CHECK(answer.max_depth == 300);
    CHECK_FALSE(answer.out_of_memory);
    seen.memory = 20;
    answer = ask(machine, {0});
    CHECK(answer.verdict == Verdict::recursion_limit);
    CHECK(answer.out_of_memory);
    CHECK(answer.max_depth == 20);
    CHECK(seen.alive == 0);
    seen.memory = 300;  // enough again
    CHECK(ask(machine, {0}).verdict == Verdict::answered);
    seen.memory = 0;
    answer = ask(machine, {0});
    CHECK(answer.out_of_memory);
    CHECK(answer.max_depth == 0);
  }
}

TEST_CASE("a question that runs out of time ends with what it counted, and the next one runs") {
  for (const std::size_t concurrency : {1, 3}) {
    CAPTURE(concurrency);
    Seen seen;
    MachineOptions options;
    options.max_elapsed_ns = 1;  // over with the first token
    options.concurrency = concurrency;
    Machine machine = machine_of(as_deep_as(50), seen, options);
    const std::vector<Question> questions(4, {{0}, {}});
    std::vector<Answer> answers(4);
    REQUIRE(machine.run(questions, answers).ok());
    for (const Answer& answer : answers) {
      CHECK(answer.verdict == Verdict::out_of_time);
      CHECK(verdict_text(answer.verdict) == "out of time");
      CHECK(answer.value.empty());
      CHECK(answer.frames == 1);
      CHECK(answer.own_tokens == 1);
      CHECK(answer.elapsed_ns > 0);
    }
    CHECK(seen.alive == 0);
    options.max_elapsed_ns = std::numeric_limits<std::int64_t>::max();
    Machine patient = machine_of(as_deep_as(50), seen, options);
    CHECK(ask(patient, {0}).verdict == Verdict::answered);
  }
}

TEST_CASE("the observer hears once of each answer, when it is complete") {
  // The first question is the longest: it ends last where questions run side by side.
  const std::vector<Question> questions = {{{0}, {}}, {{0, 0, 0, 0, 0, 0}, {}}, {{0, 0}, {}}};
  for (const std::size_t concurrency : {1, 3}) {
    CAPTURE(concurrency);
    Seen seen;
    MachineOptions options;
    options.concurrency = concurrency;
    Machine machine = machine_of(as_deep_as(6), seen, options);
    std::vector<Answer> answers(questions.size());
    std::vector<std::size_t> heard;
    MachineObserver observer;
    observer.answered = [&](std::size_t question) {
      CHECK(answers[question].verdict == Verdict::answered);
      CHECK(answers[question].value == Tokens{question == 1 ? 1 : 2});
      heard.push_back(question);
    };
    REQUIRE(machine.run(questions, answers, observer).ok());
    CHECK(heard == (concurrency == 1 ? std::vector<std::size_t>{0, 1, 2} : std::vector<std::size_t>{1, 2, 0}));
  }
}

TEST_CASE("a real decoder: constant answers from weights written by hand") {
  const std::pair<std::string, std::string> transitions[] = {{"END", "RET"}, {"RET", "2"}, {"2", "END"}};
  const Model model = tests::bigram_model(kWords, transitions);
  const CausalNetwork<float> network(model.config, model.registry, model.weights.data(), *simd::select_isa("").table,
                                     Purpose::inference);
  for (const std::size_t concurrency : {1, 2, 5}) {
    CAPTURE(concurrency);
    MachineOptions options;
    options.concurrency = concurrency;
    Result<Machine> machine = Machine::create(decoder_factory(network), model.vocabulary, options);
    REQUIRE(machine.ok());
    CHECK(machine->state_bytes() > 0);
    const std::vector<Question> prompts = {{{0}, {}}, {{1, 0}, {}}, {{2, 2, 2}, {}}, {{1}, {}}};
    std::vector<Answer> answers(prompts.size());
    const Status status = machine->run(prompts, answers);
    REQUIRE(status.ok());
    for (const Answer& answer : answers) {
      CHECK(answer.verdict == Verdict::answered);
      CHECK(answer.value == Tokens{2});
      CHECK(answer.own_tokens == 3);
    }
  }
}

TEST_CASE("memo table: many keys, clearing, first value wins") {
  MemoTable table;
  CHECK_FALSE(table.find(1, Tokens{1}).has_value());
  for (int round = 0; round < 2; ++round) {
    for (std::int32_t i = 0; i < 1000; ++i) {
      const Tokens key = {i, i % 7};
      // Two buckets for everything: collisions must be told apart by the tokens.
      table.insert(static_cast<std::uint64_t>(i % 2), key, Tokens{i + 1});
      table.insert(static_cast<std::uint64_t>(i % 2), key, Tokens{-1});
    }
    CHECK(table.size() == 1000);
    for (std::int32_t i = 0; i < 1000; ++i) {
      CAPTURE(i);
      const auto value = table.find(static_cast<std::uint64_t>(i % 2), Tokens{i, i % 7});
      REQUIRE(value.has_value());
      CHECK(Tokens(value->begin(), value->end()) == Tokens{i + 1});
    }
    CHECK_FALSE(table.find(0, Tokens{0}).has_value());
    table.clear();
    CHECK_FALSE(table.find(0, Tokens{0, 0}).has_value());
  }
  CHECK(hash_tokens(Tokens{1, 2}) != hash_tokens(Tokens{2, 1}));
}

}  // namespace test_machine
