// A task: items, an independent solver, a verifier, splits. Tokens in, tokens out: no tensors, no models.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tasks/frame.h"

namespace trm::tasks {

/// Values have at most this many decimal digits.
inline constexpr std::size_t max_value_digits = 20;

/// One question. It depends on (task, version, slice, seed, index) alone.
struct Item {
  std::string task;
  std::size_t version = 1;
  std::string slice;
  std::uint64_t seed = 0;
  std::uint64_t index = 0;
  std::string id;         ///< "factorial/test/0/17"
  std::string prompt;     ///< what a person types: "fact 12 3"
  std::string answer;     ///< decimal
  std::string canonical;  ///< near-copies share it; splits are made by its hash
  std::size_t depth = 0;  ///< recursion depth
};

class Task {
 public:
  virtual ~Task() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual std::string_view summary() const = 0;
  [[nodiscard]] virtual std::size_t version() const = 0;
  /// "train", "validation", "test", "plain", "lucas", "depth_2x", ...
  [[nodiscard]] virtual std::span<const std::string_view> slices() const = 0;
  /// Items that a slice holds; SIZE_MAX: as many as you ask for.
  [[nodiscard]] virtual std::size_t size(std::string_view slice) const = 0;
  /// Error: unknown slice (lists the slices), index beyond size.
  [[nodiscard]] virtual Result<Item> item(std::string_view slice, std::uint64_t seed, std::uint64_t index) const = 0;
  /// From a person's prompt, of which item.prompt is the normal form and the id; the slice is "prompt"; answer,
  /// canonical and depth are filled in. Error: names the prompt, its field and the fix.
  [[nodiscard]] virtual Result<Item> parse(std::string_view prompt) const = 0;
  /// Does the text answer the item? Independent of the generator's way of computing it.
  [[nodiscard]] virtual bool verify(const Item& item, std::string_view answer) const = 0;
  /// First frame prompt, without END. Empty if item.prompt is none of this task's.
  [[nodiscard]] virtual std::vector<Token> encode(const Item& item) const = 0;
};

/// All tasks, in curriculum order.
std::span<const Task* const> all_tasks();
/// null: no such task.
const Task* find_task(std::string_view name);
/// The task whose prompt this is, by its first word ("fact 20"). Error: unknown word, lists the known ones.
Result<Item> parse_prompt(std::string_view prompt);
/// Digits, least significant first, to decimal text. Error: empty, a token that is no digit, a leading zero.
Result<std::string> decode_number(std::span<const Token> tokens);

/// "train", "validation" or "test" by hash of the canonical form (80/10/10).
std::string_view split_of(std::string_view canonical);

}  // namespace trm::tasks
