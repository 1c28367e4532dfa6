#include <algorithm>
#include <array>
#include <numeric>

#include "tasks/base/split.h"
#include "tasks/base/words.h"
#include "tasks/frames/natural.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/list_sum/list_sum.h"
#include "tasks/task/item.h"

namespace trm::tasks::list_sum {
namespace {

constexpr std::uint32_t kTrainedLength = 10;

constexpr std::array<std::string_view, 1> kWords = {"sum"};
constexpr std::array<std::string_view, 5> kSlices = {"train", "validation", "test", "depth_2x", "depth_8x"};
constexpr std::string_view kExample = "sum 3 14 15";

using List = std::vector<std::uint64_t>;

std::string text_of(const List& list) {
  std::string out = "sum";
  for (const std::uint64_t value : list) out += " " + std::to_string(value);
  return out;
}

/// The order of a list does not change its sum.
std::string canonical(List list) {
  std::sort(list.begin(), list.end());
  return "list_" + text_of(list);
}

class ListSum final : public ParametricTask<List> {
 public:
  using ParametricTask::ParametricTask;

 private:
  [[nodiscard]] std::optional<List> draw(Rng& rng, std::string_view slice) const override {
    std::uint32_t length = rng.between(1, kTrainedLength);
    if (slice == "depth_2x") length = rng.between(kTrainedLength + 1, 2 * kTrainedLength);
    if (slice == "depth_8x") length = rng.between(6 * kTrainedLength, 8 * kTrainedLength);
    List list(length);
    do {
      for (std::uint64_t& value : list) value = rng.below(rng.below(4) == 0 ? 10 : kElements.most + 1);
    } while (split_of(canonical(list)) != split_behind(slice));
    return list;
  }

  [[nodiscard]] Result<List> read(std::string_view prompt) const override {
    static const std::array<NumberField, kMaxLength> fields = [] {
      std::array<NumberField, kMaxLength> out;
      out.fill(field_of(kElements));
      return out;
    }();
    const auto parts = prompt_words(prompt);
    if (!parts) return parts.error();
    // As many fields as there are numbers: a list may have any length, but the empty one asks nothing.
    const std::size_t given = std::clamp<std::size_t>(parts->size() - 1, 1, kMaxLength);
    return read_numbers(prompt, {"sum", std::span(fields).first(given), 0, kExample});
  }

  void fill(Item& item, const List& list) const override {
    item.prompt = text_of(list);
    item.answer = std::to_string(std::accumulate(list.begin(), list.end(), std::uint64_t{0}));
    item.canonical = canonical(list);
    item.depth = list.size();
  }

  /// By subtraction from the answer.
  [[nodiscard]] bool is_answer(const List& list, std::string_view answer) const override {
    if (!is_decimal(answer) || answer.size() > 6) return false;
    std::int64_t left = 0;
    for (const char c : answer) left = left * 10 + (c - '0');
    for (const std::uint64_t value : list) left -= static_cast<std::int64_t>(value);
    return left == 0;
  }

  [[nodiscard]] English describe(const List& list) const override {
    std::string numbers;
    for (const std::uint64_t value : list) numbers += (numbers.empty() ? "" : ", ") + std::to_string(value);
    return ask(
        "A function of lists is defined as follows: s of the empty list is 0, and s of any other list is its first "
        "number plus s of the rest of the list.",
        "What is s of the list [" + numbers + "]?", AnswerForm::number);
  }

  [[nodiscard]] Question question(const List& list) const override {
    Tokens stream;
    for (const std::uint64_t value : list) {
      const Tokens digits = value == 0 ? Tokens{0} : Natural(value).tokens();
      stream.insert(stream.end(), digits.begin(), digits.end());
      stream.push_back(token::stop);
    }
    return {{token::list, token::x}, {std::move(stream)}};
  }
};

}  // namespace

const Task& task() {
  static const ListSum instance({"list_sum", "s() = 0, s(head, rest) = head + s(rest); prompt: sum A B C ...", "linear",
                                 2, 1, kWords, kSlices, kDeepCosts});
  return instance;
}

}  // namespace trm::tasks::list_sum
