// A task: items, an independent solver, a verifier, splits. Tokens in, tokens out: no tensors, no models.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tasks/frames/frame.h"
#include "tasks/task/english.h"

namespace trm::tasks {

/// One question. It depends on (task, version, slice, seed, index) alone.
struct Item {
  std::string task;
  std::size_t version = 1;
  std::string slice;
  std::uint64_t seed = 0;
  std::uint64_t index = 0;
  std::string id;         ///< "factorial@3/test/0/17": with the version, so that no answer meets another question
  std::string prompt;     ///< what a person types: "fact 12 3"
  std::string answer;     ///< decimal, "yes" or "no", or labels with blanks between them
  std::string canonical;  ///< near-copies share it; splits are made by its hash
  std::size_t depth = 0;  ///< recursion depth
};

/// A slice whose items take so many times the work of those of other slices.
struct SliceCost {
  std::string_view slice;
  std::size_t times = 1;
};

/// What is fixed about a task.
struct TaskInfo {
  std::string_view name;     ///< "factorial"
  std::string_view summary;  ///< one line, with the form of prompts
  std::string_view stage;    ///< of the curriculum: "linear", "tree", "nested", "applied"
  std::size_t version = 1;   ///< of the items: another one whenever an item changes
  std::size_t draws = 1;     ///< version of what chance draws, which training takes and items are picked from
  std::span<const std::string_view> words;  ///< with which prompts begin: "fact"
  /// "train", "validation", "test", "plain", "lucas", "depth_2x", ...
  std::span<const std::string_view> slices;
  std::span<const SliceCost> costs = {};  ///< slices that are not here cost 1
  [[nodiscard]] std::size_t cost(std::string_view slice) const;
};

class Task {
 public:
  explicit Task(const TaskInfo& info) : info_(info) {}
  virtual ~Task() = default;
  [[nodiscard]] const TaskInfo& info() const { return info_; }
  [[nodiscard]] std::string_view name() const { return info_.name; }
  /// Different items that a slice holds; SIZE_MAX: too many to count; 0: no such slice. No two of them have the same
  /// prompt, and where a slice holds some questions of many, none is a near-copy of another: the same canonical form.
  /// "train" alone is a stream, in which items come again.
  [[nodiscard]] virtual std::size_t size(std::string_view slice) const = 0;
  /// The first n items of a seed are a fair sample of the slice, and the same ones whatever else is asked, from any
  /// thread. Error: unknown slice (lists the slices), index beyond size; (usage) drawing finds no more (item_order.h).
  [[nodiscard]] virtual Result<Item> item(std::string_view slice, std::uint64_t seed, std::uint64_t index) const = 0;
  /// What chance picks for training, items that come again included: draw `number` of "train" or "validation". The id
  /// is that of the draw. Error: another slice.
  [[nodiscard]] virtual Result<Item> sample(std::string_view slice, std::uint64_t seed, std::uint64_t number) const = 0;
  /// From a person's prompt, of which item.prompt is the normal form and the id; the slice is "prompt"; answer,
  /// canonical and depth are filled in. Error: names the prompt, its field and the fix.
  [[nodiscard]] virtual Result<Item> parse(std::string_view prompt) const = 0;
  /// May a model be asked this? Items of slices need not be: some go beyond what frames are trained on. Error: a number
  /// that no training frame holds.
  [[nodiscard]] virtual Status admit(const Item& item) const;
  /// Does the text answer the item? Independent of the generator's way of computing it.
  [[nodiscard]] virtual bool verify(const Item& item, std::string_view answer) const = 0;
  /// The same question in plain English, with the whole definition of the function. Empty text if item.prompt does not
  /// belong to this task.
  [[nodiscard]] virtual English english(const Item& item) const = 0;
  /// What the recursion machine is asked. Empty if item.prompt does not belong to this task.
  [[nodiscard]] virtual Question encode(const Item& item) const = 0;
  /// The machine's value as the text of an answer. Error: it is no answer.
  [[nodiscard]] virtual Result<std::string> decode(const Item& item, std::span<const Token> value) const;
  /// What it says that a frame with this prompt would begin while it runs already, so that the machine stopped. Error:
  /// that is no answer, as with all tasks but those that ask for it.
  [[nodiscard]] virtual Result<std::string> decode_loop(const Item& item, std::span<const Token> repeated) const;

 private:
  TaskInfo info_;
};

/// Digits, least significant first, to decimal text. Error: empty, a token that is no digit, a leading zero.
Result<std::string> decode_number(std::span<const Token> tokens);

}  // namespace trm::tasks
