// Any tokens as what a model writes, and any streams as those of a program: a verdict, nothing lost, and the same
// answer however many frames run side by side.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/machine/machine.h"
#include "engine/machine/memo_table.h"
#include "tests/fuzz/check.h"

namespace {

using trm::fuzz::check;

const std::vector<std::string>& words() {
  static const std::vector<std::string> all = {
      "0",     "1",     "P",     "Q",    ",",     ".",    ";",    "$",    "X",    "Y",    "Z",    "O",   "A",    "B",
      "C",     "D",     "E",     "F",    "G",     "H",    "V0",   "V1",   "V2",   "CALL", "END",  "RET", "READ", "EMIT",
      "SPAWN", "FRESH", "AWAIT", "TAIL", "RAISE", "TAKE", "DROP", "MOVE", "REST", "SHOW", "WITH", "PUSH"};
  return all;
}

/// Writes what the input says: from the start for the first frame, elsewhere for frames with other prompts.
class InputStepper final : public trm::Stepper {
 public:
  explicit InputStepper(std::span<const std::uint8_t> input) : input_(input) {}

  trm::Result<trm::StateId> acquire() override {
    states_.emplace_back();
    return static_cast<trm::StateId>(states_.size() - 1);
  }
  void release(trm::StateId state) override {
    check(state < states_.size(), "a state that is released is alive");
    states_[state].clear();
  }
  trm::Status forward(std::span<const Feed> feeds) override {
    for (const Feed& feed : feeds) {
      check(!feed.tokens.empty(), "a frame is fed at least a token");
      std::vector<std::int32_t>& seen = states_[feed.state];
      seen.insert(seen.end(), feed.tokens.begin(), feed.tokens.end());
      std::fill(feed.logits, feed.logits + words().size(), 0.0f);
      feed.logits[next(seen)] = 1.0f;
    }
    return {};
  }
  [[nodiscard]] std::size_t state_bytes() const override { return 1; }
  [[nodiscard]] std::size_t arena_bytes() const override { return 1; }
  [[nodiscard]] std::size_t max_stream_tokens() const override { return 64; }

 private:
  [[nodiscard]] std::size_t next(std::span<const std::int32_t> seen) const {
    if (input_.empty()) return 0;
    const auto end = static_cast<std::int32_t>(std::find(words().begin(), words().end(), "END") - words().begin());
    const auto prompt = static_cast<std::size_t>(std::find(seen.begin(), seen.end(), end) - seen.begin());
    const std::size_t start = prompt <= 3 ? 0 : trm::hash_tokens(seen.first(prompt)) % input_.size();
    return input_[(start + seen.size() - prompt - 1) % input_.size()] % words().size();
  }

  std::span<const std::uint8_t> input_;
  std::vector<std::vector<std::int32_t>> states_;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::span<const std::uint8_t> input(data, size);
  trm::Question question{{2, 8, 9}, {{}, {}, {}, {}}, 2};  // P X Y
  // The first bytes fill four streams: data, and each other as parts.
  const std::size_t head = std::min<std::size_t>(size, 12);
  for (std::size_t i = 0; i < head; ++i) {
    const std::int32_t item = input[i] % 8;
    question.streams[i % 4].push_back(item < 4 ? item % 2 : 3 - item);
  }
  input = input.subspan(head);
  trm::Answer first;
  for (const bool memo : {false, true}) {
    for (const std::size_t concurrency : {1, 3}) {
      trm::MachineOptions options;
      options.concurrency = concurrency;
      options.memo = memo;
      options.recursion_limit = 12;
      options.max_frames = 300;
      options.max_stream_tokens = 2000;
      auto machine = trm::Machine::create(std::make_unique<InputStepper>(input), words(), options);
      check(machine.ok(), "the vocabulary is complete");
      std::vector<trm::Answer> answers(1);
      const trm::Status status = machine->run({&question, 1}, answers);
      check(status.ok(), "the question is one");
      check(machine->objects_in_use() == 0, "nothing is lost");
      trm::Answer& answer = answers[0];
      check(answer.verdict != trm::Verdict::deadlock, "the first frame never waits");
      if (!memo && concurrency == 1) first = std::move(answer);
      if (first.verdict != trm::Verdict::answered || (memo || concurrency > 1) == false) continue;
      check(answer.verdict == first.verdict && answer.value == first.value && answer.printed == first.printed,
            "neither concurrency nor the memo table changes an answer");
    }
  }
  return 0;
}
