// What the tasks' items have in common.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "tasks/rng.h"
#include "tasks/task.h"

namespace trm::tasks {

/// Of tasks with a slice at eight times the depth: a benchmark asks a quarter of as many of its items.
inline constexpr SliceCost deep_costs[] = {{"depth_8x", 4}};

/// Item with task, version, slice, seed, index and id filled in. Error: unknown slice, index beyond its size.
Result<Item> blank_item(const Task& task, std::string_view slice, std::uint64_t seed, std::uint64_t index);

/// Generator of one item.
Rng item_rng(const Item& item);

/// "yes" or "no" for YES or NO. Error: something else.
Result<std::string> decode_flag(std::span<const Token> value);

/// A task whose items follow from parameters of type P, which a prompt tells in full.
template <class P>
class ParametricTask : public Task {
 public:
  using Task::Task;

  [[nodiscard]] std::size_t size(std::string_view slice) const final {
    const auto slices = info().slices;
    if (std::find(slices.begin(), slices.end(), slice) == slices.end()) return 0;
    const std::vector<P>* all = domain(slice);
    return all != nullptr ? all->size() : std::numeric_limits<std::size_t>::max();
  }

  [[nodiscard]] Result<Item> item(std::string_view slice, std::uint64_t seed, std::uint64_t index) const final {
    Result<Item> item = blank_item(*this, slice, seed, index);
    if (!item) return item;
    Rng rng = item_rng(*item);
    const std::vector<P>* all = domain(slice);
    fill(*item, all != nullptr ? (*all)[index] : draw(rng, slice));
    return item;
  }

  [[nodiscard]] Result<Item> parse(std::string_view prompt) const final {
    const Result<P> parameters = read(prompt);
    if (!parameters) return parameters.error();
    Item item;
    item.task = name();
    item.version = info().version;
    item.slice = "prompt";
    fill(item, *parameters);
    item.id = item.prompt;
    return item;
  }

  [[nodiscard]] bool verify(const Item& item, std::string_view answer) const final {
    const Result<P> parameters = read(item.prompt);
    return parameters.ok() && is_answer(*parameters, answer);
  }

  [[nodiscard]] English english(const Item& item) const final {
    const Result<P> parameters = read(item.prompt);
    return parameters.ok() ? describe(*parameters) : English{};
  }

  [[nodiscard]] Question encode(const Item& item) const final {
    const Result<P> parameters = read(item.prompt);
    return parameters.ok() ? question(*parameters) : Question{};
  }

 protected:
  /// All items of a slice that has only so many, in a fixed order; null: they are drawn.
  [[nodiscard]] virtual const std::vector<P>* domain(std::string_view) const { return nullptr; }
  /// For slices without a domain.
  [[nodiscard]] virtual P draw(Rng&, std::string_view) const { return {}; }
  /// Error: names the prompt, its field and the fix.
  [[nodiscard]] virtual Result<P> read(std::string_view prompt) const = 0;
  /// prompt, answer, canonical and depth, by the solver.
  virtual void fill(Item& item, const P& parameters) const = 0;
  /// Shares nothing with the solver.
  [[nodiscard]] virtual bool is_answer(const P& parameters, std::string_view answer) const = 0;
  [[nodiscard]] virtual English describe(const P& parameters) const = 0;
  [[nodiscard]] virtual Question question(const P& parameters) const = 0;
};

}  // namespace trm::tasks
