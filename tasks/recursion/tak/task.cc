#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "tasks/base/split.h"
#include "tasks/base/words.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/tak/tak.h"
#include "tasks/task/item.h"

namespace trm::tasks::tak {
namespace {

constexpr std::size_t kTrainedDepth = 8;
constexpr std::size_t kMostCalls = 1500;  ///< of an item

constexpr std::array<std::string_view, 1> kWords = {"tak"};
constexpr std::array<std::string_view, 5> kSlices = {"train", "validation", "test", "depth_2x", "depth_8x"};
/// Every step has two or three calls.
constexpr SliceCost kCosts[] = {{"depth_2x", 4}, {"depth_8x", 4}};
/// None falls below 0 then.
constexpr std::array kFields = {field_of(kRanges[0]), field_of({kRanges[1].name, 1, kRanges[1].most}),
                                field_of({kRanges[2].name, 1, kRanges[2].most})};
constexpr PromptForm kForm = {"tak", kFields, 0, "tak 7 5 3"};

struct Parameters {
  std::uint32_t x = 0, y = 1, z = 1;
};

/// The recursion with its cost.
struct Evaluation {
  std::size_t calls = 0, deepest = 0, limit = 0;

  std::uint32_t run(std::uint32_t x, std::uint32_t y, std::uint32_t z, std::size_t depth = 1) {
    deepest = std::max(deepest, depth);
    if (++calls > limit || x <= y) return z;
    const std::uint32_t a = run(x - 1, y, z, depth + 1), b = run(y - 1, z, x, depth + 1),
                        c = run(z - 1, x, y, depth + 1);
    return run(a, b, c, depth + 1);
  }
  [[nodiscard]] bool complete() const { return calls <= limit; }
};

std::string text_of(const Parameters& p) {
  return "tak " + std::to_string(p.x) + " " + std::to_string(p.y) + " " + std::to_string(p.z);
}

/// Of a slice's items.
struct Limits {
  std::size_t least = 2, most = kTrainedDepth;
  std::uint32_t widest = 12;  ///< argument
  [[nodiscard]] bool hold(const Parameters& p) const {
    Evaluation e{.limit = kMostCalls};
    e.run(p.x, p.y, p.z);
    return e.complete() && e.deepest >= least && e.deepest <= most;
  }
};

Limits limits_of(std::string_view slice) {
  if (slice == "depth_2x") return {kTrainedDepth + 1, 2 * kTrainedDepth, 24};
  if (slice == "depth_8x") return {6 * kTrainedDepth, 8 * kTrainedDepth, kRanges[0].most};
  return {};
}

class Tak final : public ParametricTask<Parameters> {
 public:
  using ParametricTask::ParametricTask;

 private:
  [[nodiscard]] std::vector<Parameters> enumerate(std::string_view slice) const override {
    std::vector<Parameters> out;
    if (is_stream(slice)) return out;
    const Limits limits = limits_of(slice);
    for (std::uint32_t x = 1; x <= limits.widest; ++x) {
      for (std::uint32_t y = 1; y < x; ++y) {  // from y = x on there is one call alone
        for (std::uint32_t z = 1; z <= limits.widest; ++z) {
          if (belongs(x, y, z, split_behind(slice)) && limits.hold({x, y, z})) out.push_back({x, y, z});
        }
      }
    }
    return out;
  }

  [[nodiscard]] std::optional<Parameters> draw(Rng& rng, std::string_view slice) const override {
    const Limits limits = limits_of(slice);
    for (;;) {
      Parameters p;
      p.x = rng.between(1, limits.widest);
      p.y = rng.between(1, limits.widest);
      p.z = rng.between(1, limits.widest);
      if (belongs(p.x, p.y, p.z, split_behind(slice)) && limits.hold(p)) return p;
    }
  }

  [[nodiscard]] Result<Parameters> read(std::string_view prompt) const override {
    const auto numbers = read_numbers(prompt, kForm);
    if (!numbers) return numbers.error();
    const Parameters p{static_cast<std::uint32_t>((*numbers)[0]), static_cast<std::uint32_t>((*numbers)[1]),
                       static_cast<std::uint32_t>((*numbers)[2])};
    Evaluation e{.limit = 1'000'000};
    e.run(p.x, p.y, p.z);
    if (!e.complete()) {
      return prompt_error(prompt, "X", "makes more than a million calls",
                          as_in("write smaller numbers", kForm.example));
    }
    return p;
  }

  void fill(Item& item, const Parameters& p) const override {
    Evaluation e{.limit = 1'000'000};
    item.answer = std::to_string(e.run(p.x, p.y, p.z));
    item.prompt = item.canonical = text_of(p);
    item.depth = e.deepest;
  }

  /// By a table that is filled from a stack of open questions, without recursion.
  [[nodiscard]] bool is_answer(const Parameters& p, std::string_view answer) const override {
    using Key = std::array<std::uint32_t, 3>;
    std::map<Key, std::uint32_t> known;
    const Key root = {p.x, p.y, p.z};
    std::vector<Key> open = {root};
    while (!open.empty()) {
      const auto [x, y, z] = open.back();
      if (x <= y) {
        known[open.back()] = z;
        open.pop_back();
        continue;
      }
      Key inner{};
      bool all = true;
      for (const auto& [i, key] :
           {std::pair<std::size_t, Key>{0, {x - 1, y, z}}, {1, {y - 1, z, x}}, {2, {z - 1, x, y}}}) {
        const auto at = known.find(key);
        if (at == known.end()) {
          open.push_back(key);
          all = false;
        } else {
          inner[i] = at->second;
        }
      }
      if (!all) continue;
      if (const auto at = known.find(inner); at != known.end()) {
        known[{x, y, z}] = at->second;
        open.pop_back();
      } else {
        open.push_back(inner);
      }
    }
    return answer == std::to_string(known[root]);
  }

  [[nodiscard]] English describe(const Parameters& p) const override {
    return ask(
        "A function of whole numbers is defined by t(x, y, z) = z if x <= y, and otherwise t(x, y, z) = t(t(x - 1, y, "
        "z), t(y - 1, z, x), t(z - 1, x, y)).",
        "What is t(" + std::to_string(p.x) + ", " + std::to_string(p.y) + ", " + std::to_string(p.z) + ")?",
        AnswerForm::number);
  }

  [[nodiscard]] Question question(const Parameters& p) const override {
    return {tokens_of(token::tak, digits_of(p.x), token::comma, digits_of(p.y), token::comma, digits_of(p.z)), {}};
  }
};

}  // namespace

bool belongs(std::uint32_t x, std::uint32_t y, std::uint32_t z, std::string_view split) {
  return split_of(text_of({x, y, z})) == split;
}

const Task& task() {
  static const Tak instance(
      {"tak", "z if x <= y, otherwise tak of three taks; prompt: tak X Y Z", "nested", 2, 1, kWords, kSlices, kCosts});
  return instance;
}

}  // namespace trm::tasks::tak
